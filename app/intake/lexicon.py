"""The words that headings are made of, each under the concept it stands for; as far as it goes, a table.

One concept a line, or several lines for one: its name, then its words. A word stands for one concept only.
"""

from __future__ import annotations

_LEXICON = """
ORDER 订单流水号 订单流水 客户单号 客户订单 po 订单 主订单 交易 原单 订购单 order orders trade 整单 全单 主单 网单
ORDER increment so salesorder 订单数据 ord 单子
DOC 分销单 采购单 销售单 进货单 送货单 订货单 团购单 invoice 代发单 预订单 报货单 要货单 出货单 团单 登记单 业务单
DOC 单据 document doc inv form booking ticket job docket
SUB 子订单 子单 子 明细 行 商品单 分录 sub line suborder oid ext 订单明细 明细行 行项目 商品行 子项 lineno position
SUB row extended
RPERSON 收货人 收件人 提货人 自提人 接收人 收货方 收件方 receiver recipient consignee addressee 取件人 取货人 收件者
RPERSON 收貨者 收货者 收方联系人 取货者 领取人 领货人 收货联系人 收件联系人 领用人 签收人 attention attn fao 联系人
RPERSON 联络人 连络人 对接人 接洽人
RECEIVER 收货 收件 提货 收 送货 shipto deliverto 配送 deliver 收方 寄送 派送 取货 自提 邮寄 派件 site
SHIPEN ship shipping shipment
DELIVEREN delivery dlv deliv
BUYER 买家 买方 客户 顾客 会员 用户 下单人 购买人 购买者 订购人 buyer customer client member user purchaser 团员 团友
BUYER 粉丝 客人 消费者 对方 订货人 订户 买主 买手 购货方 购货单位 客户单位 订购者 拼友 邻居 业主 家长 甲方 retailer
BUYER retailers stockist reseller guest shopper patron payer attendee participant 填写人 提交人 报名人 填表人 提交者
BUYER 填写者 答题者 cust soldto supporter donor patient resident bride subscriber 采购单位 采购方 订货单位 订购单位
BUYER 购买单位 订货方 妈妈 宝妈 宝爸 同学 好友 铲屎官 landlord orderer
STAFF 员工 职工 学员 学生 pupil student child 孩子
SELLER 卖家 商家 卖方 店家 商户 客服 自定义 外部 merchant seller external outer custom customized 团长 运营 档口 助理
SELLER 店里 我 我们 咱们 自己 掌柜 店长 文员 跟单 管理员 本店 内勤 仓管 小二 后台 admin staff office private shop's
SELLER studio workshop ours 店内 自家 店员 收银员 收银
SUPPLIER 供应商 供货商 supplier vendor
PLATFORM 京东 淘宝 天猫 拼多多 抖音 快手 线上 原始 platform online marketplace amazon ebay shopee lazada tiktok
PLATFORM walmart etsy shopify aliexpress 平台 直播间 群里 群内 群 网上 第三方 原平台 temu shein wayfair faire 小红书
PLATFORM 得物 唯品会 有赞 微店 闲鱼 1688 阿里 支付宝小程序 original vip
INTERNAL 内部 系统 erp internal system
GOODS 商品 宝贝 货品 产品 物品 货物 单品 图书 书 选购商品 items product goods article stock 奖品 食品 菜品 物料 物资
GOODS 存货 listing 东西 品项 商品品项 样品 书籍 教材 药品 材料 成品 花材 果品 水果 菜 套餐商品 merchandise 商品信息
GOODS 产品信息 货品信息 礼品 商品内容 团品 拼品 爆品 stuff thing prod 饰品 衣服 蛋糕 花束 书本 鞋子 衣物 garment cake
GOODS loaf plant print artwork candle bouquet jewellery 印件 家具 offer
ITEMEN item lineitem
SKU sku skuid 货号 商编 skuno skucode msku 物料号 料号 品号 存货编码 物料编码 存货代码 物料代码 商家货号 店内码
SKU 店内编码 自编码 商品货号 主商品货号 mpn partno 单品货号
BARCODE 条码 条形码 国际条码 barcode upc ean 国条码 商品条形码 一维码 gtin barcodes
SPEC 规格 属性 颜色 尺码 尺寸 销售属性 规格型号 variant variation spec specification attr prop property properties
SPEC color size colour 选项 花色 颜色尺码 attribute attributes option options 口味 味道 香型 香味 色号 材质 包装规格
SPEC 版本 容量 净含量 克重 大小 尺码颜色 色 码数 号型 花型 颜色分类 材料规格 finish flavor flavour scent material
SPEC dimension dimensions config configuration 变体 款色 颜色规格 颜色款式 detail's 选购规格 配置 尺寸规格 colourway
SPEC colorway shade choice selection 包装
NUMBER 编号 单号 号码 号 no number nr sn 编码号 号数 nos numero
NUMEN num
ID id uid tid
REF 参考 参考号 ref reference
CODE 编码 代码 编号码 码 code label 识别码 codes
NAME 名 name party nm
HALFNAME first last firstname lastname surname given middle 姓
TITLE 标题 品名 title description desc 描述 摘要 名目 品种 品类名 款名 菜名 书名 货名
PERSON 人 person
NICK 昵称 账号 帐号 账户 帐户 会员名 用户名 旺旺 旺旺号 旺旺名 网名 会员号 nick nickname username account login
NICK 会员名称 微信名 微信号 微信昵称 id名 群昵称 群名片 昵称id 抖音号 快手号 抖音昵称 快手昵称 小红书号 小红书昵称
NICK 淘宝id 淘宝号 旺旺id 会员卡号 网名昵称 微信 handle handles screenname userid member's 会员编号 acct accounts qq
NICK qq号 接龙名 网上名 群里名
PHONE 手机 手机号 手机号码 电话 电话号码 联系方式 联系电话 联系手机 移动电话 联络电话 phone mobile tel telephone cell
PHONE 手提电话 手提 cellphone 手机电话 联系号码 电话手机 手机联系方式 联络方式 连络电话 行动电话 联系手机号
PHONE 联系电话号码 ph telno whatsapp mob
CONTACT contact
LANDLINE 固话 固定电话 座机 landline
ADDRESS 街道地址 小区地址 地址 住址 详址 address addr 门牌 门牌号 楼栋 楼号 送货点 自提点 提货点 楼栋房号 房号
ADDRESS addresses addr1 destination adr 地点 收货处 送货处 目的地 地方 店址 厂址 校址
DETAIL 详细 具体 完整 detail detailed full complete 详情 details exact
STREET street
PROVINCE 省 省份 自治区 省自治区 直辖市 省直辖市 province prefecture 州 州省 省州 省区 省市自治区 省级 provinces
STATEEN state st
CITY 市 城市 地市 地级市 city 县市 市级 地市州 towncity citytown
DISTRICT 区 县 区县 县区 市区 行政区 district 乡镇市区 乡镇区 县级 区级 县级市 borough
TOWN 街道 乡镇 镇 乡 township 街道乡镇 乡镇街道 镇街 village
COMBINED 省市区 省市县 省市区县 省市
AREA 地区 区域 所在地 area
ZIP 邮编 邮政编码 邮政 zip zipcode postcode postal postalcode 邮递区号
COUNTRY 国家 国 国家地区 country nation
TIME 时间 日期 日 时刻 time date datetime timestamp at on 日期时间 时间日期 时间戳 时间戳记 戳记 moment dt day 时候
TIME 那天 日子
CREATE 下单 创建 生成 拍下 提交 订购 订货 购买 录单 制单 create creation placed purchase purchased ordered 拍单 开单
CREATE 接龙 登记 成单 落单 建立 buy bought submitted 成立 下订 受订 受理 接单 来单 报单 填写 填表 报名 下的单 预订
CREATE 拿货 entered entry entries logged booked taken registered created 签单 raised add added
PAY 付款 支付 付 缴费 pay paid payment payments 付费 收款 到账 转账 结账 付清 缴 缴款 汇款 转帐 付账 入账 pymt settled
PAY paying
CONFIRM 确认 成功 confirm confirmed
DEAL 成交 销售 售出 拼单 成团 sold sale sales deal selling wholesale sell trading 批发
MODIFY 修改 更新 变更 modify modified update updated 变动 更改 最近更新 最后更新 最后修改 edited changed modification
LATEST 最晚 最迟 承诺 截止 预计 预约 要求 期限 应 latest promised deadline expected estimated due 最后 promise by 计划
LATEST 约定 希望 需求 要货 需 交货 交付 限期 时限 超时 required requested reqd needed need must target scheduled
LATEST planned 预交 预发 预出 until
SHIP 发货 出库 发运 shipped dispatch dispatched fulfilled fulfillment fulfilment despatch 走货 出货 寄出 寄货 发出
SHIP 寄发 发 寄 dispatching despatched posted mailed sent send 出仓 离仓 离厂 出厂 起运 装运 出运 交运
FINISH 完成 确认收货 签收 结束 关闭 取消 到货 送达 完结 completed cancelled canceled cancel closed delivered finished
FINISH 送完 妥投 完工 入库 到店 收到 arrived arrival closing completion collected
MONEY 金额 款项 钱 钱数 额 货款 价钱 amount amt value money fee 费 费用 数额 款额
PRICE 价 价格 price cost prc quote quoted 报价
TOTAL 总 合计 总计 总共 全部 total grand 共 一共 汇总 全款 合共 共计 sum
SUBTOTAL 小计 该款小计 小计金额 分项小计
SUBTOTALEN subtotal
UNIT 单 单个 每件 unit per 每 单件 single
SALEPRICE 单价 售价 销售价 标价 零售价 unitprice 批发价 会员价 团购价 拼团价 促销价 活动价 优惠价 折后价 到手价
SALEPRICE 零售单价 团价 群价 直播价 供货价 拿货价 卖价 出货价 实卖价 成交价 成交单价 折后单价 含税单价 执行价 秒杀价
SALEPRICE 特价 现价 优惠单价 sellprice 京东价 商城价 平台价 代发价 分销价 当日价 今日价 时价 出厂价
ACTUAL 收入 实付 实收 实际 实 已付 实付款 实付额 实收款 最终 actual received 实付总额 实付总款 实付合计 实收合计
ACTUAL 实收总额 到手 抵扣后 实结 charged 已转 已打款 已汇 已付款 已收款
DUE 应付 应收 payable 应付款 应收款 应付总额 应收合计 应付合计 应收总额 应缴 应交 应支付
DISCOUNT 优惠 折扣 减免 立减 满减 让利 店铺优惠 店铺优惠折扣 优惠折扣 discount promotion promo 抹零 减价 便宜 立减优惠
DISCOUNT 折让 折扣额 优惠额 抵减 折抵 减扣 直降 rebate allowance markdown savings 让价 disc 券减
COUPON 优惠券 红包 抵扣 coupon voucher 代金券 现金券 抵用券 券 礼券 购物券 优惠卷 店铺券 折价券 代金卷 coupons
POSTAGE 邮费 运费 快递费 邮资 物流费 配送费 freight postage handling 配送费用 物流费用 快递费用 运输费 运输费用 邮寄费
POSTAGE post 送货费 配送运费 邮资费 快运费 货运费 物流运费 快递运费 carriage deliveryfee 寄费 运杂费 跑腿费 同城配送费
POSTAGE frt haulage 补邮
CHARGE charge charges
TAX 税 税费 税额 税率 tax taxes vat duty
REFUND 退款 售后 退货 退回 refund refunded return returned aftersale 退货款 售后退款 已退 已退款 rma
STATUS 状态 状况 进度 status stage 进展 阶段 状态名 progress 状态说明 订单进度 stat
QUANTITY 数量 件数 个数 数 数目 总数 总数量 总件数 购买数 购买件数 订购数 quantity qty count pcs pieces 份数 箱数 瓶数
QUANTITY 盒数 套数 台数 units unitssold 订量 购买量 销量 订货量 需求量 采购量 cartons cases boxes 总量 件数合计
QUANTITY 数量合计 下单量 订购量 购买个数 qnty quant
KINDS 种类 种 种类数 款数
MESSAGE 留言 附言 message instruction instructions comment comments 原话 交代 嘱咐 叮嘱 嘱托 特别要求 特殊要求
MESSAGE 其他要求 其它要求 个性要求 附加要求 祝福语 寄语 贺卡 贺卡内容 诉求 吩咐 requests messages 特别说明 特殊说明
MESSAGE 其他说明 特殊备注 特别备注 个性化要求 定制要求 附加留言 需求备注 买家说明 配送要求 送货要求 口味要求 发货要求
MESSAGE 留的话 说的话 写的话 提醒
MEMO 备注 备忘 附注 memo note notes remark remarks 批注 备忘录 记事 注释 备注说明 备注信息 便签 小记
CARRIER 快递 物流 快递公司 物流公司 配送公司 承运商 承运 carrier courier logistics 大车 快运 货运 货运公司 专线 承运人
CARRIER 承运公司 承运物流 物流商 快递商 配送商 货代 托运 物流名称 物流渠道 物流线路 快递名称 carriers forwarder
CARRIER shipvia
COMPANY 公司 company
WAYBILL 运单 运单号 快递单号 物流单号 快递号 面单 面单号 tracking waybill awb 跟踪号 追踪号 追踪码 物流编号 快递编号
WAYBILL 货运单 货运单号 运单编号 运单号码 快递运单 托运单 托运单号 consignment trackingno 发货单号 出库单号 发货单
WAYBILL 出库单
CURRENCY 币种 货币 currency 币别 交易币种 币 ccy curr 结算货币
FLAG 旗帜 旗 旗子 小旗 插旗 flag 插旗颜色 旗色 旗帜颜色 旗子颜色 flags
WISH 指定 期望 wish preferred 偏好 客选 想发 preference desired
MAIN 主 main
SELF 含税 不含税 本 该 已 the of in and for from to open 信息 info 栏 维度 out 承担 的 了 及 与 和 或 每笔 请填写 请
SELF 所在 数据 填 您的 您 你的 my your is with a an his her their this 当前 current 对应 补发 换发 请输入 请选择 选择
SELF 要 please enter select choose would you like overall 缩写 简写 home 预警
MASKED 脱敏 加密 隐私 masked
BILLING billing bill billto 账单
FINANCIAL financial
LIST 原 市场 吊牌 划线 建议 定 list retail msrp
EMAIL 邮箱 邮件 电子邮件 email mail
NOT 是否 有无 发票 抬头 税号 纳税人 网点 仓库 仓 分类 类目 类别 类型 来源 图片 链接 网址 成本 成本价 毛利 利润 库存
NOT 重量 体积 积分 返点 佣金 服务费 手续费 达人 主播 推广 推客 品牌 支付宝 微信支付 财付通 银行 卡号 流水 流水号 打款
NOT 预售 定金 尾款 余额 理由 原因 异常 业务员 销售员 经手人 操作员 制单人 审核 审核人 打印 批次 波次 库位 货位 货架
NOT 出版社 作者 生日 性别 年龄 身份证 身份证号 证件 信用 评价 评分 浏览 点击 点击量 访客 收藏 预定 广告 流量 小组 部门
NOT 项目 合同 序号 索引 保险 等级 时长 天数 次数 segment category brand tag tags weight image url link isbn warehouse
NOT inventory website type channel source device ip risk level profit margin point points commission tip gateway
NOT authorization token template terms employee location utm campaign session agent percent percentage rate ratio
NOT index receipt fax hs lot batch serial bin insurance donation accepts marketing eligible deposit transaction payout
NOT outstanding 订阅 带货 导购 分销员 分销商 代理 代理商 接龙序号 制表 经办 经办人 经手 抓单 快递员 司机 跟进 负责
NOT 负责人 助播 场控 服务 核销 自取码 提货码 取件码 验证码 面单备注 打印备注 赠品 赠 附件 截图 凭证 汇率 单位 净重
NOT 毛重 尺寸重量 箱规 总重 欠 尾数 上欠 欠款 未付 未收 待付 待收 剩余 应退 定制费 打包费 包装费 手工费 加工费 保价
NOT 保价费 关税 补贴 积分抵扣 代收 代收货款 收据 收条 门店编码 上级 推荐人 邀请 邀请人 介绍人 团购标题 跟团 团号 场次
NOT 期数 组织 机构 站点 国别 语言 备案 备货 生产 排产 完工日 缺货 短缺 backordered backorder remaining owe owes owing
NOT balance instalment installment credit debit tariff rep salesperson salesman clerk assignee handler owner slot
NOT allergy attachments attachment file photo screenshot picture approved approval picked packed checked printed days
NOT hours minutes late hold gender age birthday dob prime wrap lead score rating review reviews clicks ad subscription
NOT subscribed reason policy language locale timezone version group browser cookie exchange fx kg lbs volume cbm hts
NOT hscode origin shelf zone pick route driver vehicle plate fees cogs markup stockroom prefix suffix 尊称 先生女士
NOT 职位 职务 年级 班级 学号 工号 部位 发票号 开票 发票类型 statement instock onhand restock gift length width height
NOT 已发 未发 源单 来源单 not earliest second third
SENDER 发件人 寄件人 发件 寄件 发货人 发货方 发件方 寄方 发方 寄出人 sender shipper shipfrom returnto 回邮
STORE 店铺 网店 店 门店 商店 商城 store shop
STYLECODE 款号 款式编码 款式编号 spu spuid 款式码 款码
STYLE 款式 款型 款 样式 款别 style design
MODEL 型号 机型 model
PNAME 姓名 名字 全名 真名 真实姓名 大名 本名 称呼 fullname 尊姓大名 姓氏名 客名 客称 单位名称
COUNTY county
SUBURB suburb locality
TOWNEN town
ROWTOTAL 价税合计 含税金额 含税总额
EACH each apiece ea
MARK 标记 标签 标识
ALLOC 分摊 均摊 摊分
MAKER 厂家 工厂 厂商 生产厂家 factory manufacturer mfr maker
SETTLE 结算
METHOD 方式 渠道 method service mode 模式 途径
DUEDATE 交期 交货期 交货期限 发货期限 发货时限 交付期 发货截止 deadline 货期 工期
TNAME 名称 简称 全称
PIECEEN piece
NET net
AFTER 折后 优惠后 折扣后 让利后 减免后 分摊后 摊后
REGION region
PARENTEN parent
NOTE 说明
OWNER 老板 老板娘 店主
"""

CONCEPTS: dict[str, str] = {
    word: line.split()[0] for line in _LEXICON.strip().splitlines() for word in line.split()[1:]
}
"""Word → concept."""

LONGEST = max(map(len, CONCEPTS))
"""Letters of the longest word."""

SIMPLE = str.maketrans(
    "選訂單編號買賣時間實際總額價錢數貨運費態會員帳優惠備註電話縣區鄉鎮郵遞規標題產項屬發確認國顧聯絡應稱東淨購備爲為幣種類戶個說狀詳細條碼號圖創關閉"
    "後應達點應預計內"
    "機寶貝訊資門網顏樣線據賬圓職銷贈禮業務簽倉庫錄製結給級進還過連讓臺灣帶開師雙"
    "來誰幾麼轉匯稅紅減滿場館團課繳檔攤銀鋪積參車專遠離島樓維護緊請別這裡裏質長寬積體節報檢處動繫憑證籤簡餘補該筆飾裝憐歲壓縮歸尋訪問譯",
    "选订单编号买卖时间实际总额价钱数货运费态会员账优惠备注电话县区乡镇邮递规标题产项属发确认国顾联络应称东净购备为为币种类户个说状详细条码号图创关闭"
    "后应达点应预计内"
    "机宝贝讯资门网颜样线据账圆职销赠礼业务签仓库录制结给级进还过连让台湾带开师双"
    "来谁几么转汇税红减满场馆团课缴档摊银铺积参车专远离岛楼维护紧请别这里里质长宽积体节报检处动系凭证签简余补该笔饰装怜岁压缩归寻访问译",
)
"""Traditional characters to simplified ones."""
