package alert

import (
	"fmt"
	"strings"
	"time"

	"edict/news"
)

// words are what messages say, in English, simplified and traditional Chinese.
var words = map[string][3]string{
	"mining_crackdown":      {"Mining crackdown", "打击挖矿", "打擊挖礦"},
	"pro_blockchain_policy": {"Pro-blockchain policy", "支持区块链政策", "支持區塊鏈政策"},
	"proposed":              {"proposed", "拟议", "擬議"},
	"enacted":               {"enacted", "已颁布", "已頒布"},
	"enforced":              {"enforced", "执行中", "執行中"},
	"lifted":                {"lifted", "已解除", "已解除"},
	"unnamed":               {"unnamed authority", "未指明的机关", "未指明的機關"},

	"cause story":     {"New", "新事件", "新事件"},
	"cause place":     {"Another place or label", "新的地区或类别", "新的地區或類別"},
	"cause stage":     {"Next stage", "进入下一阶段", "進入下一階段"},
	"cause official":  {"First official source", "首个官方来源", "首個官方來源"},
	"cause withdrawn": {"No longer reported, or rejected", "不再有报道，或已被否定", "不再有報導，或已被否定"},
	"cause lifted":    {"Lifted", "措施已解除", "措施已解除"},

	"heartbeat":      {"Weekly report", "每周报告", "每週報告"},
	"warning":        {"Warning", "警告", "警告"},
	"heartbeat head": {"%s: %d alerts since %s", "%s：%[3]s 以来 %[2]d 条提醒", "%s：%[3]s 以來 %[2]d 則提醒"},
	"heartbeat read": {"%d sources are watched; %d articles were read", "监测 %d 个来源，已读 %d 篇文章", "監測 %d 個來源，已讀 %d 篇文章"},
	"warning head":   {"%s: %d of %d sources cannot be read", "%s：%[3]d 个来源中有 %[2]d 个无法读取", "%s：%[3]d 個來源中有 %[2]d 個無法讀取"},
	"broken":         {"Cannot be read: %s, last read %s: %s", "无法读取：%s，上次成功 %s：%s", "無法讀取：%s，上次成功 %s：%s"},
	"never":          {"never", "从未", "從未"},
	"none broken":    {"All sources can be read", "所有来源均可读取", "所有來源均可讀取"},
	"slowest":        {"Slowest source: %s, %s from published to fetched", "最慢来源：%s，从发布到抓取 %s", "最慢來源：%s，從發布到擷取 %s"},
	"held":           {"%d messages are held: silenced, paused or halted", "%d 条消息被搁置：已静音、暂停或停用", "%d 則訊息被擱置：已靜音、暫停或停用"},
	"near":           {"Waits for review: “%s” (%s, %s, %s)", "待审核：“%s”（%s，%s，%s）", "待審核：「%s」（%s，%s，%s）"},

	"update":      {"Update", "更新", "更新"},
	"test":        {"Test", "测试", "測試"},
	"digest":      {"%d alerts", "%d 条提醒", "%d 則提醒"},
	"more":        {"and %d more", "另有 %d 条", "另有 %d 則"},
	"source":      {"Source: %s", "来源：%s", "來源：%s"},
	"official":    {"official", "官方", "官方"},
	"others":      {"and %d more", "及另外 %d 个来源", "及另外 %d 個來源"},
	"published":   {"Published %s", "发布 %s", "發布 %s"},
	"fetched":     {"fetched %s", "抓取 %s", "擷取 %s"},
	"tagged":      {"tagged %s", "标记 %s", "標記 %s"},
	"sent":        {"sent %s", "发送 %s", "發送 %s"},
	"took":        {"%s after it was published, %s after it was fetched", "距发布 %s，距抓取 %s", "距發布 %s，距擷取 %s"},
	"took fetch":  {"%s after it was fetched", "距抓取 %s", "距擷取 %s"},
	"original":    {"Original", "原文", "原文"},
	"page":        {"On Edict", "在 Edict 查看", "在 Edict 查看"},
	"mute story":  {"Mute this story", "静音此事件", "靜音此事件"},
	"snooze":      {"Snooze for a day", "暂停一天", "暫停一天"},
	"mute source": {"Mute this source", "静音此来源", "靜音此來源"},
	"mute phrase": {"Mute “%s”", "静音“%s”", "靜音「%s」"},
	"wrong":       {"This is wrong", "报告有误", "回報有誤"},
	"unsubscribe": {"Unsubscribe", "退订", "取消訂閱"},
	"why":         {"You receive this because of the subscription “%s”.", "您收到此消息是因为订阅了“%s”。", "您收到此訊息是因為訂閱了「%s」。"},
	"tests":       {"This is a test: nothing has happened.", "这是一条测试消息：没有发生任何事件。", "這是一則測試訊息：沒有發生任何事件。"},
}

// say returns words in a language.
func say(language, key string, args ...any) string {
	text := words[key][column(language)]
	if len(args) == 0 {
		return text
	}
	return fmt.Sprintf(text, args...)
}

func labelName(l news.Label, language string) string {
	if _, known := words[string(l)]; known {
		return say(language, string(l))
	}
	return strings.ReplaceAll(string(l), "_", " ")
}

func stageName(s news.Stage, language string) string {
	if _, known := words[string(s)]; known {
		return say(language, string(s))
	}
	return string(s)
}

// clock writes a time so that nobody wonders which zone it is in.
func clock(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05") + " UTC" }

// span writes how long something took, in the two units that matter.
func span(d time.Duration, language string) string {
	units := [3][4]string{{" d", " h", " min", " s"}, {" 天", " 小时", " 分", " 秒"}, {" 天", " 小時", " 分", " 秒"}}[column(language)]
	d = max(d, 0)
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%.1f%s", d.Seconds(), units[3])
	case d < time.Hour:
		return fmt.Sprintf("%d%s %d%s", d/time.Minute, units[2], d%time.Minute/time.Second, units[3])
	case d < 24*time.Hour:
		return fmt.Sprintf("%d%s %d%s", d/time.Hour, units[1], d%time.Hour/time.Minute, units[2])
	}
	return fmt.Sprintf("%d%s %d%s", d/(24*time.Hour), units[0], d%(24*time.Hour)/time.Hour, units[1])
}
