"""The words of headings: what each means, in Chinese and English, whatever a file puts around them.

A heading is brought into a plain form (full width, traditional characters, case, brackets, units, plurals) and cut
into concepts: `买家实际支付金额(元)` is BUYER ACTUAL PAY MONEY, `Date Paid` is TIME PAY.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_LEXICON = """
ORDER 订单流水号 订单流水 客户单号 客户订单 po 订单 主订单 交易 单据 原单 订购单 order orders trade
DOC 分销单 采购单 销售单 进货单 送货单 订货单 团购单 invoice
SUB 子订单 子单 子 明细 行 商品单 分录 sub line suborder oid row extended ext
RPERSON 收货人 收件人 提货人 自提人 接收人 收货方 收件方 联系人 receiver recipient consignee addressee 取件人 取货人
RECEIVER 收货 收件 提货 收 送货 shipto deliverto 配送 deliver
SHIPEN ship shipping shipment
DELIVEREN delivery
BUYER 买家 买方 客户 顾客 会员 用户 下单人 购买人 购买者 订购人 buyer customer client member user purchaser 团员 团友 粉丝
STAFF 员工 职工 学员 学生
SELLER 卖家 商家 卖方 店家 商户 客服 自定义 外部 merchant seller external outer custom customized 团长
SUPPLIER 供应商 供货商 supplier vendor
PLATFORM 平台 京东 淘宝 天猫 拼多多 抖音 微信 快手 线上 网店 原始 platform original online marketplace
PLATFORM amazon ebay shopee lazada tiktok walmart etsy shopify aliexpress
INTERNAL 内部 系统 erp internal system
GOODS 商品 宝贝 货品 产品 物品 货物 单品 图书 书 选购商品 items product goods article stock 礼品 奖品 食品 菜品 物料 物资 存货 listing
ITEMEN item lineitem
SKU sku skuid 货号 商编 款号 款式编码 款式编号
BARCODE 条码 条形码 国际条码 barcode upc ean
SPEC 规格 属性 颜色 尺码 尺寸 型号 款式 销售属性 规格型号 variant variation spec specification attribute option
SPEC attr prop property properties 款型
SPEC options color size colour 选项 花色 颜色尺码 颜色分类 码数 色号
NUMBER 编号 单号 号码 号 no number nr sn
NUMEN num
ID id uid tid
REF 参考 参考号 ref reference
CODE 编码 代码 编号码 码 code label
NAME 姓名 名称 名字 名 全名 name fullname
HALFNAME first last firstname lastname surname given middle 姓
TITLE 标题 品名 title description desc 描述
PERSON 人
NICK 昵称 账号 帐号 账户 帐户 会员名 用户名 旺旺 旺旺号 旺旺名 网名 会员号 nick nickname username account login 会员名称 微信名 微信号 微信昵称
PHONE 手机 手机号 手机号码 电话 电话号码 联系方式 联系电话 联系手机 移动电话 联络电话 phone mobile tel telephone cell 手提电话 手提
PHONE cellphone
CONTACT contact
LANDLINE 固话 固定电话 座机 landline
ADDRESS 街道地址 小区地址 地址 住址 详址 address addr
DETAIL 详细 具体 完整 明细 detail detailed full complete
STREET street
PROVINCE 省 省份 自治区 省自治区 直辖市 省直辖市 province prefecture
STATEEN state
CITY 市 城市 地市 地级市 city 县市
DISTRICT 区 县 区县 县区 市区 行政区 district county suburb 乡镇市区 乡镇区
TOWN 街道 乡镇 镇 乡 town township
COMBINED 省市区 省市县 省市区县 省市
AREA 地区 区域 所在地 region area
ZIP 邮编 邮政编码 邮政 zip zipcode postcode postal postalcode 邮递区号
COUNTRY 国家 国 国家地区 country nation
TIME 时间 日期 日 时刻 time date datetime timestamp at on
CREATE 下单 创建 生成 拍下 提交 订购 订货 购买 录单 制单 create created creation placed purchase purchased ordered
CREATE 拍单 开单 接龙 登记 成单 落单 建立 buy bought
CREATE submitted
PAY 付款 支付 付 缴费 pay paid payment payments
CONFIRM 确认 成功 confirm confirmed
DEAL 成交 销售 售出 拼单 成团 sold sale sales deal selling
MODIFY 修改 更新 变更 modify modified update updated
LATEST 最晚 最迟 承诺 截止 预计 预约 要求 期限 应 latest promise promised deadline by expected estimated due 最后
SHIP 发货 出库 发运 shipped dispatch dispatched fulfilled fulfillment fulfilment despatch
FINISH 完成 确认收货 签收 结束 关闭 取消 到货 送达 完结 completed cancelled canceled cancel closed delivered finished
MONEY 金额 款 款项 钱 钱数 额 货款 价钱 amount amt value money fee 费 费用
PRICE 价 价格 price cost
TOTAL 价税合计 总 合计 总计 总共 全部 total grand sum 共
SUBTOTAL 小计
SUBTOTALEN subtotal
UNIT 单 单个 每件 unit each per
SALEPRICE 单价 售价 销售价 标价 零售价 unitprice 批发价 会员价 团购价 拼团价 促销价 活动价 优惠价 折后价 到手价
ACTUAL 收入 实付 实收 实际 实 已付 实付款 实付额 实收款 最终 actual received net 折后 优惠后 折扣后
DUE 应付 应收 payable
DISCOUNT 优惠 折扣 减免 立减 满减 让利 店铺优惠 店铺优惠折扣 优惠折扣 discount promotion promo
COUPON 优惠券 红包 抵扣 coupon voucher
POSTAGE 邮费 运费 快递费 邮资 物流费 配送费 freight postage handling 配送费用 物流费用 快递费用 运输费 运输费用 邮寄费 post
CHARGE charge
TAX 税 税费 税额 税率 tax taxes vat duty
REFUND 退款 售后 退货 退回 refund refunded return returned aftersale
STATUS 状态 状况 进度 status stage
QUANTITY 数量 件数 个数 数 数目 总数 总数量 总件数 购买数 购买件数 订购数 quantity qty count pcs piece pieces 份数 箱数 瓶数 盒数 套数 台数 units
QUANTITY unitssold
KINDS 种类 种 种类数 款数
MESSAGE 留言 附言 message instruction instructions comment comments
MEMO 备注 备忘 附注 memo note notes remark remarks
CARRIER 快递 物流 快递公司 物流公司 配送公司 承运商 承运 carrier courier logistics
COMPANY 公司 company
WAYBILL 运单 运单号 快递单号 物流单号 快递号 面单 面单号 tracking waybill awb
CURRENCY 币种 货币 currency
FLAG 旗帜 旗 旗子 小旗 插旗 flag
WISH 指定 期望 wish preferred
MAIN 主 main parent
SELF 含税 不含税 本 该 已 the of in and for from to open 信息 info 栏 维度 out
MASKED 脱敏 加密 隐私 masked
BILLING billing bill billto 账单 开票
FINANCIAL financial
LIST 原 市场 吊牌 划线 建议 定 list retail msrp
EMAIL 邮箱 邮件 电子邮件 email mail
NOT 是否 有无 发票 抬头 税号 纳税人 店铺 店 门店 网点 仓库 仓 分类 类目 类别 类型 方式 渠道 来源 图片 链接 网址 成本
NOT 成本价 毛利 利润 库存 重量 体积 积分 返点 佣金 服务费 手续费 达人 主播 推广 推客 品牌 支付宝 微信支付
NOT 财付通 银行 卡号 流水 流水号 打款 结算 预售 定金 尾款 余额 理由 原因 标签 标记 标识 异常 业务员 销售员 经手人
NOT 操作员 制单人 审核 审核人 打印 批次 波次 库位 货位 货架 出版社 作者 生日 性别 年龄 身份证 身份证号 证件 信用 评价
NOT 评分 浏览 点击 点击量 访客 收藏 预订 预定 订阅 广告 流量 直播间 小组 部门 项目 合同 序号 索引 保险 等级 时长 天数
NOT 次数 segment category brand tag tags weight image url link isbn warehouse
NOT inventory store shop website method type channel source device ip risk level profit margin point points commission
NOT tip gateway authorization token template terms employee location utm campaign session agent percent
NOT percentage rate ratio index receipt fax hs lot batch serial bin insurance donation accepts marketing eligible
NOT deposit transaction payout outstanding
"""
_SIMPLE = str.maketrans(
    "選訂單編號買賣時間實際總額價錢數貨運費態會員帳優惠備註電話縣區鄉鎮郵遞規標題產項屬發確認國顧聯絡應稱東淨購備爲為幣種類戶個說狀詳細條碼號圖創關閉"
    "後應達點應預計內"
    "機寶貝訊資門網顏樣線據賬圓職銷贈禮業務簽倉庫錄製結給級進還過連讓臺灣帶開師雙",
    "选订单编号买卖时间实际总额价钱数货运费态会员账优惠备注电话县区乡镇邮递规标题产项属发确认国顾联络应称东净购备为为币种类户个说状详细条码号图创关闭"
    "后应达点应预计内"
    "机宝贝讯资门网颜样线据账圆职销赠礼业务签仓库录制结给级进还过连让台湾带开师双",
)
_UNITS = re.compile(
    r"元|人民币|￥|¥|\$|rmb|cny|usd|eur|gbp|件|个|本|套|kg|g|克|公斤|千克|必填|选填|可选|可不填|required|optional|"
    r"yuan|pcs|(inc|incl|ex|excl)\.? ?(tax|vat|gst)|文本|数字|格式.*|例.*|如.*|yyyy.*|\d+"
)
_BRACKETS = re.compile(r"[(\[【{<《「]([^)\]】}>》」]*)[)\]】}>》」]?")
_LATIN = re.compile(r"[a-z]+|\d+|[^a-z\d\s]+")
_PLURAL_EXCEPTIONS = frozenset({"status", "address", "taxes", "goods", "logistics", "units", "items"})
_PHRASES = (
    (re.compile(r"\b(ship|deliver|bill) to\b"), r"\1to"),
    (re.compile(r"\b(?:total|number of|no of) items\b"), "quantity"),
    (re.compile(r"\bafter (?:\w+ )?(?:discount|promotion|rebate)s?\b"), "net"),
    (re.compile(r"\bbefore (?:\w+ )?(?:discount|promotion|rebate)s?\b"), "list"),
)
"""English words that mean something else together."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading in plain form: `compact` letters without separators, its concepts in order, and what is left over."""

    compact: str
    concepts: tuple[str, ...]
    rest: tuple[str, ...]

    @property
    def meant(self) -> frozenset[str]:
        return frozenset(self.concepts)


def plain(heading: str) -> str:
    """The heading with width, traditional characters, case, units in brackets and separators taken off."""
    return _pieces(heading)[0]


@lru_cache(maxsize=8192)
def read_heading(heading: str) -> Heading:
    """The heading's concepts."""
    compact, text = _pieces(heading)
    concepts: list[str] = []
    rest: list[str] = []
    for piece in _LATIN.findall(text):
        found, left = _cut(_singular(piece))
        concepts += found
        rest += left
    return Heading(compact, tuple(concepts), tuple(rest))


def _pieces(heading: str) -> tuple[str, str]:
    text = unicodedata.normalize("NFKC", heading).translate(_SIMPLE)
    text = re.sub(r"(?<=[a-z\d])(?=[A-Z])", " ", text).casefold()
    hints: list[str] = []

    def bracket(found: re.Match[str]) -> str:
        if not _UNITS.fullmatch(found[1].strip()):
            hints.append(found[1])
        return " "

    body = _spaced(_BRACKETS.sub(bracket, text))
    hint = _spaced(" ".join(hints))
    # A heading that is all bracket is read as if it had none.
    body = body or hint
    return (body + hint).replace(" ", "") if body != hint else body.replace(" ", ""), f"{body} {hint}"


def _spaced(text: str) -> str:
    text = re.sub(r"\b1\s*(&|and)\s*2\b", " ", text).replace("#", " no ")
    text = " ".join(re.sub(r"[^\w]+|_", " ", text).split())
    for phrase, meant in _PHRASES:
        text = phrase.sub(meant, text)
    return text


def _singular(word: str) -> str:
    if word in _PLURAL_EXCEPTIONS or not word.isascii() or len(word) < 4:
        return word
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


def _cut(text: str) -> tuple[list[str], list[str]]:
    """The concepts of one piece, with as few letters as possible left over, then as few words as possible."""
    # best[n]: (letters left over, words, concepts, leftovers) of the first n letters.
    best: list[tuple[int, int, list[str], list[str]]] = [(0, 0, [], [])]
    for end in range(1, len(text) + 1):
        loose, words, found, left = best[end - 1]
        choice = (loose + 1, words, found, [*left, text[end - 1]])
        for start in range(max(0, end - _LONGEST), end):
            concept = _WORDS.get(text[start:end])
            if concept and (best[start][0], best[start][1] + 1) < choice[:2]:
                choice = (best[start][0], best[start][1] + 1, [*best[start][2], concept], best[start][3])
        best.append(choice)
    _, _, found, left = best[-1]
    if text.isascii() and left:
        # Half an English word says nothing.
        return [], [text]
    return found, ["".join(left)] if left else []


_WORDS = {word: line.split()[0] for line in _LEXICON.strip().splitlines() for word in line.split()[1:]}
_LONGEST = max(map(len, _WORDS))
