package app_test

import (
	"fmt"
	"strings"
	"time"
)

// dozen are twelve stories, the newest of which is a minute old at now.
func dozen(now time.Time) []story {
	out := []story{
		{
			path: "/2026/gansu-tells-mining-sites-to-close", language: "en", tags: []string{"mining_crackdown CN-GS"},
			title: "Gansu tells fourteen bitcoin mining sites to close", summary: "The north-western province gives operators until the end of the month.",
			paragraphs: lines(`The government of Gansu province in China has ordered fourteen bitcoin mining sites to shut down before the end of the month, according to a notice that it published this morning.
The provincial energy bureau will cut off electricity to crypto mines that are still running after the deadline, the notice says, and cities have to report each week on how far they have come.
Nine of the sites had been registered as data centres and paid a lower price for their power. They will have to pay back the difference, an official of the bureau told reporters.`),
		},
		{
			path: "/2026/kazakhstan-cuts-power-to-miners", language: "en", tags: []string{"mining_crackdown KZ"},
			title: "Kazakhstan bans crypto mining in its south as power runs short", summary: "The energy ministry has cut the miners off from the grid.",
			paragraphs: lines(`Kazakhstan has banned cryptocurrency mining in its southern regions until the spring, the energy ministry said on Tuesday, as the country's grid struggles with a shortage of power.
Inspectors have shut down thirty illegal crypto mining farms since the beginning of the month and seized several thousand machines, the ministry added.
Miners in the north may go on for now, but have to buy their electricity at auction. The grid operator expects that the shortage will last until new lines are ready in May.`),
		},
		{
			path: "/2026/wyoming-passes-blockchain-law", language: "en", tags: []string{"pro_blockchain_policy US-WY"},
			title: "Wyoming passes a law to support blockchain companies", summary: "Tax relief and a fund for firms that move to the state.",
			paragraphs: lines(`The Wyoming legislature has passed a law that supports blockchain companies with a tax exemption and a fund of 20 million dollars, and the governor signed it on Monday.
The law gives blockchain start-ups that move to Wyoming relief from state taxes for five years. They also may apply for grants from the new fund, which the state treasury will manage.
Supporters say that the bill will bring jobs to Cheyenne. The first grants are to be paid in January, when an office for digital ledgers opens in the capital.`),
		},
		{
			path: "/2026/shanghai-residency-for-blockchain-engineers", language: "en", tags: []string{"pro_blockchain_policy CN-SH"},
			title: "Shanghai offers subsidies to blockchain firms", summary: "A plan of the city pays for laboratories and helps engineers to settle.",
			paragraphs: lines(`The Shanghai municipal government has issued a plan to promote blockchain technology that offers subsidies of up to 10 million yuan to companies in the industry.
Under the plan the city will build three laboratories for blockchain innovation, and will help engineers whom the firms bring in to settle with their families in Shanghai.
Officials said that applications would be taken from next month. About sixty companies have asked for the forms so far, most of them from the Pudong district.`),
		},
		{
			path: "/2026/bitcoin-price-week", language: "en", none: true,
			title: "Bitcoin ends a quiet week where it began", summary: "Traders wait for figures on prices and jobs.",
			paragraphs: lines(`Bitcoin ended a quiet week almost exactly where it had begun, and traders said that few of them expected much to happen before the next figures on prices and jobs come out.
Volumes on the largest exchanges were the lowest since the summer. Ether moved even less, and the smaller coins followed the two large ones as they mostly do.
"There is nothing to do but wait," said one trader in London, who has taken up baking bread. Her loaves, she said, have risen more than anything on her screen.`),
		},
		{
			path: "/2026/museum-opens-exhibition-of-coins", language: "en", none: true,
			title: "A museum shows coins that were never minted", summary: "Drawings of money from four centuries hang in one room.",
			paragraphs: lines(`A small museum on the harbour has opened an exhibition of coins that were drawn by artists over four centuries and that no mint ever struck.
The oldest sheet shows a thaler with two ships. The newest was made last year by pupils of the school next door, who imagined a coin that melts in the pocket of its owner.
The exhibition is open until March, and entry is free on Sundays. The curator hopes that visitors will leave drawings of their own on the long table by the door.`),
		},
		{
			path: "/2026/wallet-maker-recalls-cables", language: "en", none: true,
			title: "A maker of hardware wallets recalls its cables", summary: "Two customers saw smoke, and nobody was hurt.",
			paragraphs: lines(`A maker of hardware wallets has recalled the cables that came with its newest model after two customers reported that they had seen smoke while the device was charging.
Nobody was hurt and no wallet lost its keys, the company said. Owners will receive a new cable by post within two weeks and should use another one until then.
The cables were bought from a supplier with whom the company has worked for six years. It has found a second supplier for the time being.`),
		},
		{
			path: "/zh/neimenggu-qingli-wakuang", language: "zh-Hans", tags: []string{"mining_crackdown CN-NM"},
			title: "内蒙古全面清理关停虚拟货币挖矿项目", summary: "自治区发展改革委要求月底前全部关停。",
			paragraphs: lines(`内蒙古自治区发展改革委今天发布通知，要求各盟市全面清理关停虚拟货币“挖矿”项目，并在本月底之前把关停情况上报自治区政府。
通知指出，对仍在运行的虚拟货币挖矿企业，供电公司将停止供电，有关部门将依法查处以大数据中心名义从事挖矿的行为。
据了解，自治区今年已经关停三十五家矿场，节约的电量足够一座中等城市使用一个季度。工作人员表示，清理工作不会放松。`),
		},
		{
			path: "/zh/hainan-qukuailian-butie", language: "zh-Hans", tags: []string{"pro_blockchain_policy CN-HI"},
			title: "海南出台政策支持区块链产业发展", summary: "对落户企业给予最高一千万元补贴。",
			paragraphs: lines(`海南省政府近日出台政策，支持区块链产业发展，对落户海南的区块链企业给予最高一千万元的补贴，并设立专项基金。
根据这项政策，省里将建设两个区块链创新平台，对企业的研发投入给予奖励，对引进的技术人才提供住房和子女入学方面的帮助。
省工业和信息化厅有关负责人说，申报工作将在下个月开始，预计首批有四十家企业获得支持，资金在年底之前拨付到位。`),
		},
		{
			path: "/zh/jiage-yizhou-pingjing", language: "zh-Hans", none: true,
			title: "一周行情平静，交易员在家烤面包", summary: "成交量降到夏天以来的最低点。",
			paragraphs: lines(`过去一周行情十分平静，主要品种的价格几乎没有变化，成交量降到了夏天以来的最低点，不少人索性关掉了屏幕。
一位在伦敦工作的交易员说，现在除了等待没有别的事情可做，她已经开始在家里烤面包，还把照片发给了同事。
分析人士认为，下个月公布的物价和就业数据可能会带来一些波动，但是多数人并不着急，他们打算先去度假。`),
		},
		{
			path: "/zh/bowuguan-qianbi-zhanlan", language: "zh-Hans", none: true,
			title: "港口小博物馆展出从未铸造的钱币", summary: "四百年间的画稿第一次挂在一起。",
			paragraphs: lines(`港口边的一座小博物馆展出了四百年来画家们设计却从未铸造的钱币，这些画稿第一次挂在同一间屋子里。
最早的一张画着一枚有两艘船的银币，最新的一张出自隔壁小学的学生之手，他们想象了一枚会在口袋里融化的硬币。
展览持续到明年三月，星期天免费开放。策展人希望参观的人也能在门边的长桌上留下自己的画作。`),
		},
		{
			path: "/2026/harbour-ferry-new-timetable", language: "en", none: true,
			title: "The harbour ferry gets a new timetable", summary: "Boats run every ten minutes in the morning.",
			paragraphs: lines(`The ferry across the harbour gets a new timetable on Monday, with a boat every ten minutes in the morning and every quarter of an hour after that until the evening.
Passengers had complained for years that the boats were full before they left the second stop. The company has bought two more, which were built in Norway and can carry bicycles.
A ticket costs the same as before. Season tickets that were bought this year stay valid until the end of the next one, the company promises.`),
		},
	}
	for i := range out {
		out[i].out = now.Add(-time.Duration(i+1) * time.Minute).UTC().Truncate(time.Second)
	}
	return out
}

// breaking is a story that comes out while a reader looks on.
func breaking(now time.Time) story {
	return story{
		path: "/2026/iran-shuts-mining-farms", language: "en", tags: []string{"mining_crackdown IR"}, out: now.UTC().Truncate(time.Second),
		title: "Iran shuts down illegal crypto mining farms in three cities", summary: "Police seize machines as power runs short.",
		paragraphs: lines(`Police in Iran have shut down illegal crypto mining farms in three cities and seized more than two thousand machines, the state power company said today.
The government has banned cryptocurrency mining until the end of the summer, since the grid cannot carry the demand for cooling in the hottest weeks of the year.
Owners of the farms face fines. The company asks people to report neighbours whose houses hum through the night and never seem to need heating.`),
	}
}

// many makes n different stories in both languages, a third of them with a tag.
func many(n int, now time.Time) []story {
	var out []story
	for i := range n {
		s := story{path: fmt.Sprintf("/2026/11/story-number-%d-of-the-day", i), language: "en", out: now.Add(-time.Duration(i) * time.Minute).UTC().Truncate(time.Second)}
		switch i % 3 {
		case 0:
			s.title = fmt.Sprintf("Gansu orders mining site number %d to shut down", i)
			s.paragraphs = lines(fmt.Sprintf(`The government of Gansu province has ordered bitcoin mining site number %d to shut down before the end of the month, and the power company will cut it off after that.
The site draws about %d megawatts, which is as much as a town of %d thousand people needs. Its owner was not to be reached, and his telephone is said to ring in an empty office.`, i, 10+i, 20+i))
		case 1:
			s.title = fmt.Sprintf("The ferry company counts its passenger number %d thousand", i)
			s.paragraphs = lines(fmt.Sprintf(`The ferry company has counted passenger number %d thousand of this year, who was given flowers and a season ticket when she left the boat at the second stop in the morning.
She takes the boat to work at a bakery that makes %d loaves a day, and told the captain that she likes the seat at the window on the left side best of all.`, i, 100+i))
		default:
			s.language = "zh-Hans"
			s.title = fmt.Sprintf("渡轮公司迎来今年第%d万名乘客", i)
			s.paragraphs = lines(fmt.Sprintf(`渡轮公司今天早上迎来了今年第%d万名乘客，工作人员在第二个码头送给她鲜花和一张季票，许多人停下来拍照留念。
她每天坐船去一家面包店上班，那家店每天烤%d个面包。她告诉船长，她最喜欢左边靠窗的座位，因为可以看到灯塔。`, i, 100+i))
		}
		s.summary = s.paragraphs[0]
		out = append(out, s)
	}
	return out
}

func lines(text string) []string { return strings.Split(text, "\n") }
