package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"edict/account"
)

// The pages of accounts, users, the book and health speak the reader's language, also of
// what is a code in the store, and of what was wrong in a form.
func TestAccountPagesSpeakChinese(t *testing.T) {
	h := newHouse(t)
	ok(t, h.gate.SetRole(t.Context(), command, "rob", account.Analyst))
	_, _, err := h.gate.AddToken(t.Context(), command, "ann", "night job, scopes read", []account.Scope{account.Read, account.Review}, 0)
	ok(t, err)
	root := h.as(t, "root")
	root.head["Accept-Language"] = "zh-CN"
	for target, want := range map[string][]string{
		"/account":            {"root <span class=\"soft\">管理员", "已登录的浏览器", `value="subscribe"> 订阅`, "90 天"},
		"/account?done=feeds": {"旧地址失效"},
		"/users":              {`<option value="reader">读者</option>`, "ann</th><td data-label=\"角色\">分析员", "阅读、审核"},
		"/audit":              {"读者改为分析员", "角色：管理员", "night job, scopes read)，权限：阅读、审核", "命令行", "更改角色"},
		"/health":             {"总线</th><td dir=\"auto\"><span>响应正常", `lang="en">3 are dead`, "等待中"},
	} {
		_, body := root.wants(http.StatusOK, http.MethodGet, target, nil)
		for _, text := range want {
			if !strings.Contains(body, text) {
				t.Errorf("%s does not say %q", target, text)
			}
		}
	}
	root.wants(http.StatusUnprocessableEntity, http.MethodPost, "/account/password", url.Values{"was": {"not this one, no"}, "password": {goodPassword + "x"}, "again": {goodPassword + "x"}})
	_, body := root.wants(http.StatusBadRequest, http.MethodPost, "/account/password", url.Values{"was": {goodPassword}, "password": {"a"}, "again": {"b"}})
	if !strings.Contains(body, `lang="zh-Hans">两次输入的新密码不一致。`) {
		t.Error("a fault is not told in Chinese")
	}
	nobody := h.as(t, "")
	nobody.head["Accept-Language"] = "zh-TW"
	if _, body := nobody.wants(http.StatusUnauthorized, http.MethodPost, "/login", url.Values{"name": {"root"}, "password": {"no"}}); !strings.Contains(body, "使用者名稱或密碼錯誤") {
		t.Error("a wrong password is not told in Chinese")
	}
}
