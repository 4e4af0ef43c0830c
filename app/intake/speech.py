"""How clerks ask for a thing where a program names it: `几号前寄`, `how many`; turned into the words for it.

One saying a line (a longer one goes on where it is indented): what it means, `<`, how it is said. `{M}` is a measure
word, `{WHERE}` and its like the words to ask with. The first that fits wins; what stands around it stays.
"""

from __future__ import annotations

import re
from functools import cache

_ASKED = {
    "HAN": r"[\u4e00-\u9fff]",
    "M": r"(?:公斤|千克|小时|人份|["
    r"箱份个件瓶盒套袋包斤双条台只本张支把对桶罐束打块盆株颗粒枚卷扎捆筐篮提板听匹米朵幅桌位杯碗串副盘块排根头尾])",
    "HOW": r"(?:几|多少)",
    "WHERE": r"(?:哪里|哪儿|哪个地方|哪边|哪(?![家个种款天位些])|什么地方|啥地方|何处)",
    "WHEN": r"(?:[什啥]么?时候|啥时|多会儿|[什啥]么?时间|什么日子|几月几[号日]|哪一天|哪天|哪日|几时|何时|几号|几点)",
    "WHAT": r"(?:什么|啥|哪些|哪个|哪种|哪款|哪家)",
    "THEY": r"(?:客户|客人|顾客|买家|买主|团员|用户|家长|人家|对方|他们|她们|他|她)",
    "WE": r"(?:我们|咱们|我|咱|自己|店里|自家)",
    "SHIP": r"(?:发货|发出|寄出|走货|出货|送货|发走|寄走|发|寄|走|出)",
    "BOUGHT": r"(?:order(?:ed|s)?|bought|book(?:ed)?|placed)",
    "SEND": r"(?:ship|send|post|mail|dispatch|despatch)(?:ped|ed)?",
    "NEED": r"(?:need(?:ed|s)?|want(?:ed|s)?|require[ds]?|reqd|req d|req|due)",
    "OWN": r"(?:my|our|own|internal|staff|shop|office|private|admin|team|workshop|studio|kitchen|back office)",
    "NET": r"(?:insta(?:gram)?|ig|fb|facebook|messenger|wechat|telegram|discord)",
    "PHONE": r"(?:mobile|cell|phone|tel|telephone)",
}
_SAYINGS = r"""
经手人 < (?:是)?谁(?:接|录|登记|记|开|跟|负责|经手|发|打包|送|配|收款|做|画|设计)(?:的|单)*(?:单|货)?
是否付款 < (?:付|转|给|收|打|结)(?:款|账|钱)?(?:没|了没|了吗|没有|没付|没转|没收|否)(?:有)?(?:付|转|收)?
是否发货 < (?:发|寄|送|出)(?:货)?(?:没|了没|了吗|没有|没发|没寄|否)(?:有)?
单号 < (?:快递|物流|运单)单号是?(?:多少|啥|什么)
已发时间 < {WHEN}{SHIP}(?:的|了)
下单时间 < {WHEN}(?:拍|下单|下|订货|订|定|买|接单|接|开单|开|报名|报|说|登记|接龙)(?:的|了|单|货)*
付款时间 < {WHEN}(?:付款|付|转账|转|打款|打|给|收款|收|交)(?:的|了|款|钱)*
下单时间 < (?:拍下|拍单|拍|下单|下|订货|订|定|买)的(?:时候|那天|日子)
最晚发货时间 < (?:最晚|最迟|必须)?{WHEN}(?:之前|以前|前)?(?:必须|需要|要|得|该|能)?{SHIP}(?:货|出去|出|走|掉)*
最晚时间 < (?:最晚|最迟)?{WHEN}(?:之前|以前|前)?(?:必须|需要|想要|要|得|用|收到|到|取|拿|交|送到|送)(?:货|的|到|用)*
最晚发货时间 < (?:最晚|最迟|必须|尽快)在?(?:哪天|几号)?(?:之前|前)?(?:发货|发出|寄出|走货|出货|发|寄)(?:日期|时间|
    期限|日)?(?!票|人|件)
收货地址 < (?:要)?(?:寄|送|发|邮|运|拉|配送|快递)(?:货)?(?:到|去|往|至|给)*{WHERE}(?:的)?
收货地址 < ^(?:邮寄|寄送|寄|送货|送|发货|发|配送|快递)(?:到|往|去|至)$
预计发货 < 预(?:计|定)?(?:发|出|交)货
最晚时间 < (?:要求|希望|期望|需要|想要)的?(?:送达|到货|到达|收到|送到|交货|配送|取货|提货)的?(?:时间|日期|日)?
折后单价 < (?:优惠|折扣|让利|减免|立减|满减|促销|改价|抵扣|券|折)之?后的?(?:单价|价格|价)
折后金额 < (?:优惠|折扣|让利|减免|立减|满减|促销|改价|抵扣|券|折)之?后的?金额
折后合计 < (?:优惠|折扣|让利|减免|立减|满减|促销|改价|抵扣|券|折)之?后的?(?:总额|合计|总计)
原金额 < (?:优惠|折扣|让利|减免|立减|满减|促销|改价|抵扣|券|折)之?前的?(?:金额|总额|合计|价格|单价|价)
收货人 < 收(?!款|银|账|货|件){HAN}{1,2}人
下单人 < [订定买](?!购|货|户){HAN}{1,2}人
下单人 < 购{HAN}{1,2}(?:单位|方|人)
下单人 < ^谁(?:下|拍)的?单?的?$
收货地址 < (?:寄(?!件|货|出)|送|收|到货|安装|上门|投递|投|派){HAN}{0,2}地址
单据编号 < (?:样品|寄样|要货|报货|分销|代发|出货|登记|团购|领用|需求|预订)单(?:编?号|号码)
收货地址 < (?:住|家在|地址在|人在){WHERE}
收货人姓名 < ^(?:给|送|寄|发|卖)*(?:给)?谁(?:收货|收|的|要|买的|买|订的|订|家|来拿|来取|拿|取)*$
昵称 < (?:叫|称)(?:啥|什么)(?:名字|名)?
收货人姓名 < (?:收|拿|要|买|订)(?:货|件)?的?(?:人)?是谁
快递公司 < 发?(?:顺丰|圆通|中通|韵达|申通|极兔|邮政|德邦)(?:还是|或).*
收货人姓名 < ^(?:哪家|谁家|哪位|哪个)(?:的|客户|顾客|客人)?$
最晚时间 < (?:取|提|自提|上门取)(?:货|件|衣|花|蛋糕|餐|车)?(?:日期|时间|日)
收货人姓名 < 怎么称呼
收货人姓名 < 怎样称呼
快递公司指定 < (?:要|想|用|走|发|寄|选|指定|选择)+(?:用|走|发)?{WHAT}(?:的)?(?:快递|物流|车|渠道|线路)
快递公司指定 < (?:买家|客户|客人)(?:选择|选|要)的?(?:快递|物流)
规格 < (?:要|选|买|订|是)*{WHAT}(?:的)?(?:规格|颜色|色号|色|尺码|尺寸|码|口味|味道|味|款式|款|型号|大小|样子|样式|
    包装)
规格 < 要?多大(?:的|码|尺寸)?
商品名称 < (?:买|订|要|做|拍|定|选|下单|下|点|吃|拿|进|接|卖|发货|送|报|团|领)(?:了|的|的是)?(?:些)?{WHAT}(?:货|东西|
    产品|商品|菜|书)?
规格 < 几(?:寸|磅|层|码|升|毫升|克)(?:的|装)?
规格 < 多(?:重|长|大|高|宽)(?:的)?$
商品名称 < ^(?:客户|客人|买家)?(?:要|买|订|定|拍|做|拿)的?(?:东西|货品|货|产品|商品|品种|款)$
数量 < (?:一共|总共|共)?(?:要|买|订|定|拍|做|拿|下|进|发|送)*(?:了)?{HOW}(?:大|小)?{M}(?:货)?
单价 < (?:卖)?(?:多少钱|几块钱?|几元|什么价|啥价|多钱|多少)(?:一|每|/|1){M}(?:货)?
单价 < (?:一|每|1){M}(?:卖|要|是|收|算)?(?:多少|几块|几元|什么价|啥价|多钱|价格|价钱|的?价)(?:钱)?
单价 < ^(?:每|一|按|1){M}(?:卖|要|是|收|算)?$
单价 < (?:什么|啥|多少)价(?:格|钱|位)?
单价 < 怎么卖
单价 < 按{HOW}钱?算
实付金额 < {THEY}?(?:已经|已|实际|总共|一共|共|总)*(?:付|给|转|打|收|交)(?:了|过|到)?(?:多少|几块|几)(?:钱|款|来)*
实付金额 < {THEY}(?:已经|已|实际|总共|一共|共)*(?:付|给|转|打|交)(?:了|过|的|来的?)(?:钱|款)?
实付金额 < ^(?:收到|已收|收了|付了|给了|转了)(?:的)?(?:钱|款|金额)?$
实付金额 < (?:实际|实)(?:收|付|转)(?:了|到|过)(?:多少)?(?:钱|款)?
实付金额 < ^(?:总共|一共|总|合计|共)(?:要)?(?:收款|收钱|收|付款|付|给)(?:金额)?$
合计 < ^(?:总共|一共|合计|总计|全部)(?:是|要)?(?:多少)?(?:钱|块)?$
数量 < (?:要|买|订|定|拍|做|拿|下|进)(?:了)?(?:多少|几)$
优惠金额 < (?:优惠|便宜|减|少|让|抹|折|免|扣)(?:掉|了|去|他)+(?:的|多少|几块|钱)*
优惠金额 < 便宜(?:多少|几块)
优惠金额 < (?:抹|去)(?:掉)?零头?
买家留言 < {THEY}(?:还|有|另外|特别|特意)*(?:交代|嘱咐|叮嘱|吩咐|强调|要求(?=[的了事]|$)|(?:说|讲|提|写|留)(?:的|了|
    过|到|啥|什么|话|$))(?:的|了|过|啥|什么|话|要求|事)*
买家留言 < (?:有什么|有啥|有没有|还有什么|什么|啥)(?:特别|特殊|别的|其他)?(?:要求|交代|嘱咐|讲究|想?说的?|话)$
买家留言 < (?:还|您|有什么|有啥|有没有)*(?:想|要|有话)(?:对|跟|和)?(?:我们|商家|店家|卖家|老板|掌柜)?说的?(?:话)?
买家留言 < ^(?:特别|特殊|其他|其它|额外|个性化?|定制|附加|客户|客人|买家)?(?:要求|交代|嘱咐|需求)$
卖家备注 < {WE}+(?:这边|这里)?(?:自己)?(?:的|要)?(?:记|写|备注|备忘|记录|标注|看)(?:的|一下|录)*$
卖家备注 < 备忘$
卖家备注 < ^自?记一?下?$
商品金额 < 货款
phone < \b{PHONE} ?(?:no|number)? ?(?:or|and) whatsapp( number| no)?\b
phone < \b(?:contact|call|ring|text|daytime|reach)(?: them| him| her)?(?: on| at| no| number| tel| telephone| phone|
     mobile)+\b
phone < \b(?:best )?(?:number|no) to (?:reach|call|ring|text|contact)\b.*
order date < \bwhen (?:was |were |did )?(?:they |it |i |we |customer |order )?(?:was )?{BOUGHT}(?: it| in)?\b
order date < \bdate (?:order )?(?:taken|placed|received|booked|entered|logged|in|ordered|of order|of purchase|
    of sale)\b
order date < \b(?:order|ordered|booked|sale|taken|received|came in)(?: was)?(?: taken| placed| received| made|
     booked)? (?:on|when)\b
order date < \border (?:taken|placed|received|entered|booked|made)\b
payment date < \bwhen (?:did )?(?:they |it |was )*(?:pay|paid)\b
latest ship date < \bdates? {NEED}(?: to| for)?(?: {SEND}| shipping| shipment| dispatch| despatch)?(?: by)?\b
latest ship date < \b(?:must|should|needs? to|has to|have to) (?:go|be sent|be posted|be shipped|be out|be ready|
    leave|{SEND})(?: out| off)?(?: by| before| on)?\b
latest ship date < \b(?:go(?:es)? out|out the door|leave[s]?|{SEND}|ready|finish|collect|pick up|
    hand over)(?: out)? (?:by|before|no later than)\b
latest ship date < \b{NEED}(?: it| them)? (?:by|before|on|for|date)(?: date)?\b
latest ship date < \b(?:requested|req|reqd|required|planned|target|scheduled|promised?|latest|last|cut ?off|
    committed|confirmed)(?: to)? (?:{SEND}|shipping|shipment|dispatch|despatch)(?: date| by| day| time)*\b
latest ship date < \b(?:requested|req|reqd|required|promised?) (?:delivery|arrival)(?: date| by| day| time)*\b
latest ship date < \breq(?:d|uired|uested)? date\b
latest ship date < \bin hands?(?: date| by)*\b
latest ship date < \bpromised(?: by| for| date)\b
latest ship date < \bdead ?line\b
latest ship date < \bdue(?: date| on| by)\b
latest ship date < ^due$
money total < \bhow much (?:in total|altogether|total)\b
unit price < \b(?:how much|price|cost|charge|rate|amount|amt)(?: for)? (?:each|apiece|a piece|ea|per \w+|one)\b
unit price < \b(?:each|unit|piece) (?:price|cost|rate|value)\b
unit price < \b(?:price|cost) \w{2,5} each\b
unit price < \btrade price\b
unit price < \b(?:selling|sale|sell) price\b
quantity < \bhow many(?: (?:do |did )?(?:they|we|he|she) \w+)?(?: \w+)?\b
quantity < \bno off\b
quantity < \bqty on order\b
price < ^(?:item |unit )?rate$
unit price < ^unit sell$
line amount < ^ext(?:ension|ended)?$
variant < \b(?:variant|option|colou?r|size) code\b
quantity < \b(?:no|number|count) of (?!days?\b|weeks?\b|orders?\b|invoices?\b)\w+$
buyer < \b(?:ordered|bought|commissioned|booked|placed|purchased) by\b
date < ^when$
receiver address < ^first line(?: of address)?$
quantity < \b(?:number|no) (?:wanted|needed|required|ordered|requested)\b
quantity < ^(?:packs|boxes|cases|cartons|bottles|sets|pairs|dozens?|bags|trays|jars|units)$
variant < \bpack(?:age)? size\b
product name < \b(?:item|material|product|part|goods|article) desc(?:ription|r)?s?\b
product name < \b(?:which|what) (?:product|item|cake|thing|piece|design|book)s?\b.*
quantity < \b(?:no|number|total|amount|count) of (?:unit|piece|item|box|case|carton|bottle|copie|set|pair|pack|good|
    product)e?s?\b
quantity < \b(?:qty|quantity|units?|pcs|pieces?|cases|boxes|cartons) (?:ordered|required|needed|wanted|requested|
    bought|purchased|sold)\b
quantity < \b(?:ordered|required|order) (?:qty|quantity|units|pcs|pieces)\b
product name < \bwhat(?: (?:do|did|are|does|have))?(?: (?:they|we|he|she|it|i|you|the client|the customer|customer|
    client|is|was))?(?: (?:re|d|s|ve))? ?(?:want(?:ed|s)?|{BOUGHT}|need(?:ed|s)?|buying|getting|having|would (?:you|
    they) like|like|is it|to make|to bake|for)(?: for)?\b
product name < ^what$
product name < ^(?:order|basket|cart) (?:items?|content|details)$
product name < \b(?:item|thing|product|good)s? (?:ordered|bought|purchased|wanted)\b
variant < \b(?:which|what) (?:colou?rs?|sizes?|flavou?rs?|ones?|kinds?|styles?|types?|scents?|finish(?:es)?|
    variants?)\b
receiver name < ^who(?: s)?(?: it)?(?: s| is)?(?: it)?(?: for| ordered| to| wants it| bought| gets it)?$
receiver name < ^for whom$
receiver name < ^whose(?: order| is it)?$
unit price < ^(?:wholesale|trade)$
seller memo < ^for us$
latest ship date < \bship window(?: end| close)?s?\b
receiver name < ^(?:customer|client|buyer) s name$
receiver address < ^where(?: to| from)?$
receiver address < \bwhere (?:to )?(?:is it |it s |does it |it |we |do we |to )?(?:go(?:es|ing)?|send|sent|ship|
    post|deliver|live)(?: to| it| it to)?\b
receiver address < ^(?:send|post|mail|deliver|delivered|going|goes|drop|ship|shipped|sent) to$
receiver address < \bdrop off(?: address| point| at| location)?\b
receiver address < \b(?:house|flat|door)(?: number| no| name)? (?:and )?(?:street|road)\b
paid money < ^(?:they |client |customer |have |has )?(?:total )?(?:paid|received)(?: so far| to date| in full|
     already| up front| in)+\b
paid money < \b(?:money|cash|payment) (?:in|received|taken|so far)\b
paid money < \b(?:they|customer|client|buyer) paid\b
paid money < \bamt paid\b
buyer message < \b(?:message|note|comment|remark)s? (?:to|for) (?:the )?(?:seller|shop|merchant|us|store|vendor)\b
buyer message < ^\w+ (?:says|said|asks|asked|asked for|mentions|mentioned|requested)$
seller memo < \b(?:note|reminder|memo)s? to self\b
seller memo < \b{OWN} (?:use )?(?:note|memo|comment|remark|reminder)s?(?: only)?\b
buyer message < ^.*\b(?:they|customer|client|buyer|he|she|he she|mum|bride) (?:mention|said|say|ask|told|tell|wrote|
    request|stress)(?:ed|s)?(?: us| for)?\b.*$
buyer message < \b(?:special|customer|buyer|client|extra|other|personal|any|particular|
    specific)(?: special)? (?:request|requirement|instruction|wish|ask|want)(?:e?s)?\b
buyer message < ^(?:requests?|mentioned|asked for|instructions?|requirements?|anything else)$
buyer message < \b(?:delivery|shipping|order|handling|packing|gift|card|driver) (?:instruction|message|comment)s?\b
buyer message < \b(?:message|note|remark|comment|word)s? (?:from|by) (?:the )?(?:customer|buyer|client|shopper)s?\b
seller memo < \b(?:message|note|remark|comment)s? (?:from|by) (?:the )?(?:seller|shop|merchant|us)\b
discount money < \b(?:money|amount|amt|price|cash|pounds?|dollars?) off\b
discount money < \bknocked off\b
discount money < \bdiscounts? (?:given|applied|used|taken)\b
discount money < ^(?:less|off)$
discount money < \bless (?:discount|promo)\b
discount money < \b(?:seller|shop|store|merchant) (?:voucher|coupon|promotion|promo|rebate)s?(?: amount| value|
     discount)?\b
discount money < \b(?:coupon|voucher|promo|gift card) (?:value|amount|amt|discount)\b
postage < \b(?:delivery|shipping|courier|postal|freight|dispatch|post) (?:charge|fee|cost|price|amount|amt|total|
    paid)s?\b
postage < ^(?:p (?:and )?p|s (?:and )?h)$
postage < \bpost(?:age)? (?:and )?(?:pack(?:ing|aging)|handling)\b
postage < \bshipping (?:and )?handling\b
postage < \bcarriage\b
postage < \bpostage paid\b
sku < \b(?:part|catalog(?:ue)?|cat|article|art|stock|material|vendor s part|mfr part)s? (?:no|number|code|num|ref|
    id)\b
sku < ^(?:part|article)s?$
buyer account < \b{NET}(?: (?:or |and )?{NET})*(?: (?:user)?name| handle| user| id| account| profile)?s?\b
buyer account < \b(?:line|tiktok|etsy|ebay|twitter|social) (?:user ?name|name|handle|user)\b
buyer account < \b(?:user|screen|account|display) ?(?:handle|name|id)\b
buyer account < \bhandles?\b
buyer account < \b(?:account|acct|cust|customer|client) (?:no|number|code|id)\b
courier wish < \b(?:{SEND}|sent|going|freight|delivery|delivered|deliver) (?:via|with)\b
courier wish < ^(?:via|courier|how to send|how sent|sending how)$
courier wish < \bhow (?:to|is it|it s|are we|do we) (?:{SEND}|sent|shipping|go(?:ing)?|deliver)\b
ship method < \b(?:shipping|ship|delivery|dispatch|freight|postal|postage) (?:method|service|option|mode|type|
    company|speed|preference|level|class|provider)s?\b
payable money < \b(?:amount|amt|total|sum|grand total) (?:due|payable|to pay|owing|charged)\b
total money < \b(?:total|sum|grand total) (?:inc(?:l(?:uding|usive)?)? \w+|value|cost|price)\b
"""


def plainly(text: str) -> str:
    """The words of a heading (lower case, parted by single spaces), its sayings put into the words for them."""
    for said, meant in _sayings():
        replaced, times = said.subn(meant, text)
        if times:
            return " ".join(replaced.split())
    return text


@cache
def _sayings() -> tuple[tuple[re.Pattern[str], str], ...]:
    found = []
    for line in filter(None, _SAYINGS.replace("\n    ", "").splitlines()):
        meant, _, said = line.partition(" < ")
        for name, pattern in _ASKED.items():
            said = said.replace(f"{{{name}}}", pattern)
        found.append((re.compile(said), f" {meant.strip()} "))
    return tuple(found)
