package places_test

import "testing"

// Each case is a name that means several things, in a text that says which.
func TestAmbiguities(t *testing.T) {
	g, m := newGazetteer(t)
	for _, c := range []struct{ about, text, want string }{
		// Longest wins.
		{"New Mexico", "New Mexico and Mexico", "US-NM division New Mexico | MX country Mexico"},
		{"Inner Mongolia", "Inner Mongolia borders Mongolia", "CN-NM division Inner Mongolia | MN country Mongolia"},
		{"the Guineas", "Guinea-Bissau, Equatorial Guinea, Papua New Guinea, Guinea", "GW country Guinea-Bissau | GQ country Equatorial Guinea | PG country Papua New Guinea | GN country Guinea"},
		{"the Koreas", "South Korea, North Korea, Korea and Korean banks", "KR country South Korea | KP country North Korea | KR country Korea | KR demonym Korean"},
		{"the Irelands", "Northern Ireland is not Ireland", "GB-NIR division Northern Ireland | IE country Ireland"},
		{"the Virginias", "West Virginia and the state of Virginia passed it", "US-WV division West Virginia | US-VA division Virginia"},
		{"Dominica", "Dominica and the Dominican Republic", "DM country Dominica | DO country Dominican Republic"},
		{"Dominican", "A Dominican bank", "DO demonym Dominican"},
		{"Dominican of Dominica", "Dominica said that Dominican law", "DM country Dominica | DM demonym Dominican"},
		{"the Congos", "The Democratic Republic of the Congo, not the Republic of the Congo", "CD country Democratic Republic of the Congo | CG country Republic of the Congo"},
		{"Congo", "Virunga park in Congo mines bitcoin", "CD country Congo"},
		{"Congo by its capital", "Brazzaville agreed. Congo will license miners", "CG capital Brazzaville | CG country Congo"},
		{"Niger and Nigeria", "Niger and Nigeria; Nigerien and Nigerian", "NE country Niger | NG country Nigeria | NE demonym Nigerien | NG demonym Nigerian"},
		{"Benin and Benin City", "Benin and Nigeria's Benin Customs, in Benin City", "BJ country Benin | NG country Nigeria"},
		{"Macedonia", "North Macedonia, once Macedonia", "MK country North Macedonia | MK country Macedonia"},
		{"the Samoas", "American Samoa and Samoa", "AS country American Samoa | WS country Samoa"},

		// Not a place.
		{"words in lower case", "The turkey, chad, polish, china, jersey and mali", ""},
		{"us and US", "They told us that the US and the U.S. Senate", "US country US | US actor U.S. Senate"},
		{"IN, OR, ME", "IN the end OR ME", ""},
		{"a person", "Michael Jordan, Jordan Belfort and Mark Cuban said so", ""},
		{"a person who is not listed", "The lawyer Jordan Smith and Chad Miller said so yesterday", ""},
		{"Jordan", "In Jordan the central bank of Jordan said so", "JO country Jordan | JO country Jordan"},
		{"Chad", "Miners in Chad pay more", "TD country Chad"},
		{"Mali", "The government of Mali said", "ML country Mali"},
		{"Turkey", "Turkey's central bank", "TR country Turkey"},
		{"Victoria, a name", "Victoria wrote this", ""},
		{"Victoria, a state", "Australia: Victoria bans it", "AU country Australia | AU-VIC division Victoria"},
		{"newspapers and firms", "The Washington Post, the New York Times, Bank of America and HSBC", ""},
		{"upgrades", "The Shanghai upgrade and the London hard fork", ""},
		{"seas", "the South China Sea and the Gulf of Mexico", ""},

		// Georgia.
		{"Georgia, the country", "Georgia's capital Tbilisi hosts miners", "GE country Georgia | GE city Tbilisi"},
		{"Georgia, beside Abkhazia", "Georgia and breakaway Abkhazia", "GE country Georgia | GE-AB division Abkhazia"},
		{"Georgia, the state", "Atlanta: Georgia wants miners to pay", "US-GA city Atlanta | US-GA division Georgia"},
		{"Georgia among states", "Texas, Georgia and Kentucky", "US-TX division Texas | US-GA division Georgia | US-KY division Kentucky"},
		{"Georgia and its senators", "Georgia state senators filed Senate Bill 20", "US-GA division Georgia"},
		{"Georgian", "Georgian authorities", "GE demonym Georgian"},
		{"Georgia in Chinese", "格鲁吉亚与佐治亚州", "GE country 格鲁吉亚 | US-GA division 佐治亚州"},

		// Washington and New York.
		{"Washington, the government", "Washington wants stablecoin rules", "US capital Washington"},
		{"Washington, the state", "Chelan County in Washington raised rates", "US-WA city Chelan County | US-WA division Washington"},
		{"Washington and a utility", "A Washington public utility district halts applications", "US-WA division Washington"},
		{"a county of Washington", "Another Washington County Puts Freeze on Mining; Washington's Mason County", "US-WA division Washington County | US-WA division Washington"},
		{"a county by its name alone", "Yavapai County and Terrebonne Parish object", "US-AZ city Yavapai County | US-LA city Terrebonne Parish"},
		{"a county that many states have", "Jackson County objects", ""},
		{"Washington State", "Washington State and Washington, D.C.", "US-WA division Washington State | US-DC division Washington, D.C."},
		{"New York", "New York City lies in New York", "US-NY city New York City | US-NY division New York"},
		{"abbreviations", "Rockdale, TX and Plattsburgh, N.Y., not OK or HI", "US-TX city Rockdale | US-TX division TX | US-NY city Plattsburgh | US-NY division N.Y."},

		// Taiwan's cities, by the short form that headlines use.
		{"Taichung", "台中破獲大型礦場", "TW city 台中"},
		{"Taichung, other script", "臺中市與臺南市", "TW city 臺中市 | TW city 臺南"},
		{"within a platform", "平台中的礦機", ""},

		// Capitals.
		{"Beijing, the government", "Beijing bans mining", "CN capital Beijing"},
		{"Beijing's", "Beijing's crackdown", "CN capital Beijing"},
		{"in Beijing", "A court in Beijing voided it", "CN-BJ division Beijing"},
		{"Beijing in a list", "Shanghai, Beijing and Sichuan", "CN-SH division Shanghai | CN-BJ division Beijing | CN-SC division Sichuan"},
		{"Beijing-based", "Beijing-based Bitmain; Beijing residents", "CN-BJ division Beijing | CN-BJ division Beijing"},
		{"Beijing, China", "Beijing, China", "CN-BJ division Beijing | CN country China"},
		{"Moscow, the government", "Moscow will license miners", "RU capital Moscow"},
		{"to Moscow", "Russia expands its mining ban to Moscow", "RU country Russia | RU-MOW division Moscow"},
		{"Moscow Region", "in the Moscow Region", "RU-MOS division Moscow Region"},
		{"Seoul", "Seoul taxes crypto; traders in Seoul", "KR capital Seoul | KR city Seoul"},
		{"a dateline", "MOSCOW (Reuters) - The bank said", "RU-MOW division MOSCOW"},
		{"a city abroad", "Paris, Texas and London, Ontario", "US-TX city Paris | US-TX division Texas | CA-ON city London | CA-ON division Ontario"},
		{"currencies", "HK$5, US$3, the Chinese yuan and the U.S. dollar", ""},
		{"the Kremlin", "The Kremlin denied it", "RU capital Kremlin"},
		{"Beijing in Chinese", "北京出台政策，北京当局", "CN-BJ division 北京 | CN capital 北京当局"},

		// China's cities.
		{"Fuzhou with Jiangxi", "Fuzhou in Jiangxi hid a mine", "CN-JX city Fuzhou | CN-JX division Jiangxi"},
		{"Fuzhou with Fujian", "Fuzhou, Fujian's capital", "CN-FJ city Fuzhou | CN-FJ division Fujian"},
		{"Fuzhou alone", "Fuzhou", "CN-FJ city Fuzhou"},
		{"Suzhou with Anhui", "Suzhou, Anhui", "CN-AH city Suzhou | CN-AH division Anhui"},
		{"Suzhou alone", "Suzhou pays wages in digital yuan", "CN-JS city Suzhou"},
		{"Taizhou alone", "Taizhou", "CN city Taizhou"},
		{"Taizhou with Zhejiang", "Zhejiang's Taizhou", "CN-ZJ division Zhejiang | CN-ZJ city Taizhou"},
		{"Taizhou with Jiangsu", "Taizhou in Jiangsu Province", "CN-JS city Taizhou | CN-JS division Jiangsu Province"},
		{"Yichun", "Yichun; Jiangxi", "CN-JX city Yichun | CN-JX division Jiangxi"},
		{"Yichun in the north", "Heilongjiang's Yichun", "CN-HL division Heilongjiang | CN-HL city Yichun"},
		{"Yulin", "Yulin in Shaanxi, not in Guangxi", "CN-SN city Yulin | CN-SN division Shaanxi | CN-GX division Guangxi"},
		{"the same in Chinese", "福州、抚州、苏州、宿州、泰州、台州、伊春、宜春、玉林、榆林", "CN-FJ city 福州 | CN-JX city 抚州 | CN-JS city 苏州 | CN-AH city 宿州 | CN-JS city 泰州 | CN-ZJ city 台州 | CN-HL city 伊春 | CN-JX city 宜春 | CN-GX city 玉林 | CN-SN city 榆林"},
		{"Shanxi and Shaanxi", "Shanxi, Shaanxi, 山西, 陕西", "CN-SX division Shanxi | CN-SN division Shaanxi | CN-SX division 山西 | CN-SN division 陕西"},
		{"Jilin", "Jilin City in Jilin; 吉林省吉林市", "CN-JL city Jilin City | CN-JL division Jilin | CN-JL division 吉林省 | CN-JL city 吉林市"},
		{"Hainan in Qinghai", "海南州与海南省", "CN-QH city 海南州 | CN-HI division 海南省"},
		{"Chaoyang", "朝阳区、朝阳市", "CN-BJ city 朝阳区 | CN-LN city 朝阳市"},
		{"Chaoyang in Changchun", "吉林长春朝阳区", "CN-JL division 吉林 | CN-JL city 长春 | CN-JL city 朝阳区"},
		{"Chaoyang as a word", "迎着朝阳，企业转型", ""},
		{"several regions of China", "多地收紧监管；多部门联合发文", "CN actor 多地 | CN actor 多部门"},
		{"several regions after one of them", "上海奖励企业，多个省市关停矿场，浙江各地跟进", "CN-SH division 上海 | CN actor 多个省市 | CN-ZJ division 浙江 | CN-ZJ actor 各地"},
		{"several regions elsewhere", "韩国多地停电；全球多地", "KR country 韩国 | KR actor 多地"},
		{"Texas in short", "得州州长", "US-TX division 得州"},
		{"cities of Taiwan", "新北警方與台中市政府", "TW city 新北 | TW city 台中市"},
		{"Dezhou and Texas", "德州矿企", "US-TX division 德州"},
		{"Dezhou", "山东德州与德州市", "CN-SD division 山东 | CN-SD city 德州 | CN-SD city 德州市"},
		{"Baiyin as silver", "黄金和白银价格上涨", ""},
		{"Baiyin in Gansu", "甘肃白银的矿场", "CN-GS division 甘肃 | CN-GS city 白银"},

		// Characters that are places and words.
		{"京, 新, 宁, 云, 青, 海, 湘", "京东的新闻，宁愿上云，青年出海，湘菜", ""},
		{"美, 法, 德, 韩, 中", "完美的法院讲道德，韩先生在途中", ""},
		{"中国 in traditional", "中國與臺灣、香港、澳門", "CN country 中國 | TW division 臺灣 | HK division 香港 | MO division 澳門"},
		{"川渝", "川渝地区", "CN-SC division 川渝 | CN-CQ division 川渝"},
		{"京津冀", "京津冀协同发展", "CN-BJ division 京津冀 | CN-TJ division 京津冀 | CN-HE division 京津冀"},
		{"沿海地区", "沿海地区和海地", "HT country 海地"},
		{"内蒙", "内蒙全面清理挖矿", "CN-NM division 内蒙"},
		{"湖南通过", "湖南通过了条例", "CN-HN division 湖南"},
	} {
		if got := named(g, m, c.text); got != c.want {
			t.Errorf("%s: %q\n got %s\nwant %s", c.about, c.text, got, c.want)
		}
	}
}

func TestActors(t *testing.T) {
	g, m := newGazetteer(t)
	for _, c := range []struct{ text, want string }{
		{"The PBOC, the NDRC and the CAC", "CN actor PBOC | CN actor NDRC | CN actor CAC"},
		{"The SEC, sec. 3, the Fed, the CFTC and FinCEN", "US actor SEC | US actor Fed | US actor CFTC | US actor FinCEN"},
		{"ERCOT pays miners; Ofgem, BaFin, FINMA, MAS, HKMA", "US-TX actor ERCOT | GB actor Ofgem | DE actor BaFin | CH actor FINMA | SG actor MAS | HK actor HKMA"},
		{"Hydro-Québec and Hydro Quebec", "CA-QC actor Hydro-Québec | CA-QC actor Hydro Quebec"},
		{"AMF of France", "FR actor AMF | FR country France"},
		{"Quebec's AMF", "CA-QC division Quebec | CA-QC actor AMF"},
		{"Tavanir cut power; KEGOC did too; KEDS", "IR actor Tavanir | KZ actor KEGOC | XK actor KEDS"},
		{"The State Duma and Rosfinmonitoring", "RU actor State Duma | RU actor Rosfinmonitoring"},
		{"Thailand's SEC; the Nigerian SEC", "TH country Thailand | TH actor SEC | NG actor Nigerian SEC"},
		{"Korea's FSC and Taiwan's FSC", "KR country Korea | KR actor FSC | TW division Taiwan | TW actor FSC"},
		{"央行等十部门", "CN actor 央行"},
		{"The Indian Law Commission", "IN demonym Indian | IN actor Law Commission"},
		{"杭州称央行支持", "CN-ZJ city 杭州 | CN actor 央行"},
		{"The Philippines' House of Representatives", "PH country Philippines | PH actor House of Representatives"},
		{"The House of Representatives", "US actor House of Representatives"},
		{"The Legislative Council of Hong Kong", "HK actor Legislative Council | HK division Hong Kong"},
		{"An ASIC miner in Japan", "JP country Japan"},
		{"Australia's ASIC", "AU country Australia | AU actor ASIC"},
		{"俄罗斯央行与泰国央行", "RU actor 俄罗斯央行 | TH actor 泰国央行"},
		{"巴西的央行", "BR country 巴西 | BR actor 央行"},
		{"全球央行与央行数字货币", ""},
		{"美国最高法院，韩国最高法院", "US actor 美国最高法院 | KR country 韩国 | KR actor 最高法院"},
		{"美国众议院金融服务委员会", "US actor 美国众议院金融服务委员会"},
		{"弗罗里达州、达州", "US-FL division 弗罗里达州"},
		{"内蒙古发改委", "CN-NM division 内蒙古 | CN-NM actor 发改委"},
		{"國家發改委、網信辦、工信部", "CN actor 國家發改委 | CN actor 網信辦 | CN actor 工信部"},
		{"香港證監會、證監會", "HK actor 香港證監會 | HK actor 證監會"},
		{"證監會今日表示。", "HK actor 證監會"},
		{"证监会今日表示。", "CN actor 证监会"},
		{"中國大陸的證監會", "CN country 中國大陸 | CN actor 證監會"},
		{"中国证监会。证监会", "CN actor 中国证监会 | CN actor 证监会"},
		{"金管局在香港", "HK actor 金管局 | HK division 香港"},
		{"新加坡金管局", "SG actor 新加坡金管局"},
		{"美国国务院", "US country 美国 | US actor 国务院"},
		{"美联储、欧洲央行", "US actor 美联储 | EU actor 欧洲央行"},
	} {
		if got := named(g, m, c.text); got != c.want {
			t.Errorf("%q\n got %s\nwant %s", c.text, got, c.want)
		}
	}
}
