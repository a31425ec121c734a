package extract

import "regexp"

// A noiseRule names a kind of line that is no part of any article, whole line by
// whole line: words of the page, not of the story.
type noiseRule struct {
	why string
	re  *regexp.Regexp
}

var noiseRules = []noiseRule{
	{"advertisement", line(`(story|article|content) continues( below)?( (the )?(this )?(advertisement|ad))?|(article|story|text|content) continues (below|after).{0,60}|advertisements?|advertisement\s*[·|–-].{0,60}|advertisement:? .{0,40}story continues below.{0,20}|sponsored( content)?|ad|paid (post|content)|anzeige|werbung|publicidad|publicité|reklam|广告|廣告|推广|scroll to continue.{0,40}|continue reading below.{0,20}|continue reading`)},
	{"read more", line(`magazine\s*[:：].{0,160}|(read|learn|see|find out|discover) more( (about|on|at|here|from))?( .{0,40})?\s*[:：>»|].{0,200}|read more|more (on|about) this( story| topic)?:?|read (also|next|this|on)\s*[:：].{0,200}|(also|must|further|recommended|related|suggested) (read|reading|article|articles|story|stories|coverage|news|reports?|posts?|links?|content|videos?|topics?)( .{0,20})?\s*[:：–-].{0,200}|(also|must|further|recommended|related|suggested) (read|reading|articles?|stor(y|ies)|coverage|news|reports?|posts?|links?|content|videos?|topics?)|see also\s*([:：].{0,200})?|related\s*([:：].{0,200})?|you (may|might) also (like|be interested in|want to read).{0,160}|(watch|listen|video|photos?|gallery|podcast)\s*[:：|].{0,160}|(watch|listen) (now|live)|(in pictures|in photos)\s*[:：].{0,160}|more for you.*|more (stories|news|from) .{0,60}|more (stories|news|articles)|top (stories|news)|latest (news|stories)|(most )?(popular|read|viewed|commented)( (stories|articles|news))?|recommended( for you)?|trending( now)?|editors?['’]s? (picks?|choice)|don['’]t miss.{0,100}|lesen sie auch\s*[:：].{0,200}|lesen sie (auch|mehr).{0,160}|mehr zum thema.{0,60}|auch interessant\s*([:：].{0,160})?|.{0,100}\b(lesen|finden|sehen|hören) sie .{0,30}\b(hier|unserem|unserer|jederzeit)\b.{0,60}|lire aussi\s*[:：].{0,200}|à lire aussi.{0,200}|lee también.{0,200}|leggi anche.{0,200}|lees ook.{0,200}|leia também.{0,200}|les også.{0,200}|läs också.{0,200}|читайте также.{0,200}|→ ?.{0,160}|>> ?.{0,160}`)},
	{"newsletter", line(`sign up (for|to|here|now|below|today).{0,200}|sign (me )?up|subscribe( (to|now|for|here|today|via|on).{0,200})?|by (signing|subscribing|submitting|clicking|providing|entering|joining).{0,30}you .{0,300}|get (the|our|your|all the) .{0,80}(newsletter|inbox|daily|weekly|alerts?).{0,120}|(join|follow|like|find|like and follow) (us|our|me|cointelegraph|coindesk|decrypt) .{0,100}|(our|the) .{0,40}newsletters?.{0,80}|enter your e-?mail.{0,60}|your e-?mail( address)?|(follow|add|find|join) .{1,40} (on|to|as a|in) (your )?(google|x|twitter|facebook|telegram|whatsapp|instagram|linkedin|youtube|preferred)\b.{0,120}|please enter a valid e-?mail.{0,60}|see all newsletters|(the |our |your )?.{0,36}\bnewsletters?|thank you for (signing up|subscribing).{0,80}|check your (inbox|email).{0,80}|you can unsubscribe .{0,120}|this (site|form) is protected by recaptcha.{0,120}|download (the|our) .{0,40}app.{0,80}|add .{0,40} (as a preferred source|on google|to your google).{0,80}`)},
	{"page controls", line(`share( (this|on|via|with|article|story)).{0,60}|share|tweet|pin( it)?|email|print|copy( link)?|link copied.{0,20}|whats?app|facebook|twitter|telegram|linkedin|reddit|save( article| for later)?|bookmark|comments?( \(\d+\))?|\d+ comments?|(show|hide|view|load|see) (all |more )?(comments|replies|more)|leave a (comment|reply)|join the (conversation|discussion).{0,40}|listen to (this )?(article|story).{0,40}|(play|pause|mute|unmute)( video| audio)?|loading\.*|(click|tap) (here )?to .{0,100}|skip to (main )?content|back to top|close|menu|next|previous|(next|previous) (article|story|post).{0,160}|\d+ min(ute)?s?( read)?|reading time:?.{0,30}|\d+ of \d+|log ?in|sign in|register|this article is more than .{0,30} old|view (original|on .{0,20})|set .{0,30} as preferred.{0,60}|filed under:?.{0,200}|tags?\s*[:：].{0,300}|topics?\s*[:：].{0,300}|categories\s*[:：].{0,200}|in this article:?.{0,100}|teilen|drucken|merken|zur startseite|kommentare?( \(\d+\))?|artikel anhören.{0,40}|quelle\s*[:：].{0,60}`)},
	{"rights", line(`©.{0,200}|(\(c\)|copyright)\s*(©|\(c\)|\d{4}|by |[:|–-]).{0,160}|copyright|all rights reserved.{0,160}|this (story|article|material) (has been|was|may not be) .{0,60}(syndicated|published, broadcast|generated|auto-generated|republished).{0,200}|reprints?( and permissions)?|the views (and opinions )?expressed .{0,300}|disclosure:? .{0,40}(coindesk|is an|leadership).{0,600}|disclaimer\s*[:：].{0,600}`)},
	{"placeholder", line(`\$\$\w+\$\$|\{\{.{0,80}\}\}|\[/?[a-z_]+( [^\]]{0,200})?\]|<[^>]{0,200}>|null|undefined|nan`)},
	{"contact", line(`.{0,60}\b[\w.+-]+@[\w-]+\.[\w.]+`)},
	{"credit", line(`(photo(graph)?s?|image|picture|illustration|graphic|featured image|cover image|top image|foto|bild|fotos|photo credit|image credit)( (credit|source|by|courtesy))?s?\s*[:：/].{0,120}|(photo|image|picture|illustration|graphic|featured image) (credit|by|via|from|courtesy of) .{0,100}|.{0,80}[/|] ?(getty images|shutterstock|reuters|afp|ap photo|unsplash|istock|epa-efe|picture alliance|imago).{0,40}|(getty images|shutterstock|reuters file photo|afp|istock).{0,40}`)},
	{"编辑 and rights (Chinese)", line(`[【\[(（]?\s*(责任?编辑|責任?編輯|责编|責編|编辑|編輯|校对|校對|审核|審核|监制|監製|值班编辑|本文编辑|编审|记者|文字|来源|來源|稿源|作者|撰文|编译|編譯|翻译|翻譯|图片来源|圖片來源|图源|圖源|封面图|题图|摄影|攝影|文章来源|本文来源|新闻来源|信息来源|资料来源|发布时间|發布時間)\s*[:：/／丨|].{0,60}|.{0,6}(记者|記者|编译|編譯)\s*\p{Han}{2,4}\s*[／/].{0,20}|(采写|原创|撰稿|策划|统筹|设计|制图|来源|采访)\s*[:：].{0,60}|.{0,100}(扫描|识别|長按|长按|掃描).{0,10}(二维码|二維碼).{0,80}|《.{2,24}》\s*[（(].{4,24}版\s*[)）]|(前情提要|背景補充|背景补充|背景閱讀|推薦閱讀|编者按|編按)\s*[:：].{0,120}|原标题\s*[:：].{0,120}|原標題\s*[:：].{0,120}|[(（【\[]?(责编|編輯|编辑).{0,20}[)）】\]]|本文(来自|來自|首发|首發|转载自|轉載自|仅代表|僅代表|不构成|不構成|原载|由).{0,160}|.{0,40}(未经|未經|非經|非经).{0,20}(授权|授權|许可|許可|允许|允許|同意).{0,12}(不得|禁止|请勿|請勿|严禁|嚴禁).{0,80}|.{0,30}(版权|版權)(归|歸|所有|声明|聲明).{0,160}|(免责|免責|版权|版權|特别|特別|风险|風險|法律)(声明|聲明|提示).{0,300}|声明[:：].{0,300}|聲明[:：].{0,300}|(举报|舉報|违法和不良信息举报)(电话|電話|邮箱|信箱|热线|中心|入口)?\s*[:：].{0,80}|.{0,10}(投稿|爆料)(邮箱|邮件|电话|热线|热线)?[:：].{0,80}|特别声明.{0,300}|Notice: The content above.{0,300}|海量资讯.{0,40}|(更多|精彩).{0,40}(请关注|敬请|點擊|点击|下载|下載|扫码|扫描|微信公众号|公众号).{0,60}`)},
	{"page controls (Chinese)", line(`(利好|利空|看多|看空)\s*\d+.{0,30}|(欢迎|歡迎)(加入|关注|關注|订阅|訂閱).{0,40}|.{0,16}(订阅群|交流群|讨论群|討論群|社群|官方群|频道|頻道)\s*[:：].{0,80}|請?请?(繼續|继续)往下(閱讀|阅读).{0,10}|.{0,40}(點我|点我|點此|点此)(訂閱|订阅|下載|下载|關注|关注).{0,40}|点个.{0,12}(在看|赞).{0,12}|.{0,10}点【?在看】?.{0,10}|(相关|相關)(阅读|閱讀|新闻|新聞|文章|推荐|推薦|报道|報道|報導|资讯|主题|链接|鏈接|专题|標籤|标签)\s*([:：].{0,200})?|(延伸|推荐|推薦|相关|相關|扩展|拓展|更多)(阅读|閱讀|新闻|新聞).{0,120}|热门(推荐|文章|新闻|评论|资讯)?|熱門(推薦|文章|新聞)?|(猜你喜欢|大家都在看|你可能(还|也)?(喜欢|感兴趣)|为您推荐|为你推荐|精彩推荐|编辑推荐|最新文章|最新新闻|最新消息|排行榜|热点新闻|今日热点|点击排行).{0,8}|(微信|微博)?扫(一扫|码|描).{0,60}|掃(一掃|碼).{0,60}|长按.{0,60}|點?点?[击擊](查看|进入|進入|关注|關注|下载|下載|阅读|閱讀|加载|这里|此处|蓝字|上方|右上).{0,60}|(分享|分享到|转发|轉發|收藏|点赞|點讚|打印|列印|字体|字號|字号|大中小|大|中|小|关闭|關閉|返回|首页|首頁|上一篇|下一篇|返回顶部|返回搜狐.{0,12}|评论|評論|我要评论|发表评论|網友評論|网友评论|登录|登錄|注册|註冊|举报|打开App.{0,20}|打开客户端.{0,20}|查看更多.{0,20}|加载更多.{0,10}|展开全文|閱讀全文|阅读全文|查看原文|阅读原文|关注|關注|关注我们|責任編輯)([:：].{0,120})?|.{0,16}(微信公众号|微信公眾號|公众号|公眾號|官方微博|telegram群|电报群|電報群|推特).{0,60}(关注|關注|扫码|掃碼|搜索|加入|订阅).{0,40}|.{0,14}微信(公众号)?(扫码|关注).{0,40}|(本文)?(标签|標籤|关键词|關鍵字|關鍵詞|TAG)s?\s*[:：].{0,200}|\d+(条|人)?(评论|評論|跟贴|參與|参与)|阅读(量|数)?\s*[:：]?\s*[\d.万wW+]+|瀏覽(次)?數?\s*[:：]?\s*\d+|浏览(次数|量)?\s*[:：]?\s*\d+|来源[:：]?|字号[:：].{0,20}|【?(字体|字號|打印|关闭).{0,30}】?`)},
}

func line(alternatives string) *regexp.Regexp {
	return regexp.MustCompile(`(?i)^[\s▲▼►▶•·*#\-—–>»【\[(（📍👉🔥⭐★●◆■↓]*(?:` + alternatives + `)[\s.。!！:：…*】\])）📍👈🔥↓]*$`)
}

// longestNoise is the longest line that may be noise, in bytes.
const longestNoise = 900

// noiseWhy names what kind of noise the line is, or "".
func noiseWhy(text string) string {
	if len(text) > longestNoise {
		return ""
	}
	for _, r := range noiseRules {
		if r.re.MatchString(text) {
			return r.why
		}
	}
	return ""
}
