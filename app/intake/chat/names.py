"""People's names in a chat: by their surname, by their place beside phone and address."""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.intake.chat.goods import is_goods

_SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳酆鲍史唐费廉岑薛雷贺倪汤滕殷"
    "罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁"
    "钟徐邱骆高夏蔡田樊胡凌霍虞万支柯昝管卢莫经房裘缪干解应宗丁宣贲邓郁单杭洪包诸左石崔吉钮龚程嵇邢滑裴陆荣翁荀羊於惠甄曲家封芮羿储靳汲邴糜松井段富巫乌焦巴"
    "弓牧隗山谷车侯宓蓬全郗班仰秋仲伊宫宁仇栾暴甘钭厉戎祖武符刘景詹束龙叶幸司韶郜黎蓟薄印宿白怀蒲邰从鄂索咸籍赖卓蔺屠蒙池乔阴郁胥能苍双闻莘党翟谭贡劳逄姬申"
    "扶堵冉宰郦雍璩桑桂濮牛寿通边扈燕冀郏浦尚农温别庄晏柴瞿阎充慕连茹习宦艾鱼容向古易慎戈廖庾终暨居衡步都耿满弘匡国文寇广禄阙东欧殳沃利蔚越夔隆师巩厍聂晁勾"
    "敖融冷訾辛阚那简饶空曾毋沙乜养鞠须丰巢关蒯相查后荆红游竺权逯盖益桓公佟岳涂肖覃植闫代仝付邸兰仵迟苟银岩母帅"
)
_COMPOUND = "欧阳|司马|上官|诸葛|东方|皇甫|尉迟|公孙|慕容|令狐|宇文|长孙|司徒|司空|端木|夏侯|轩辕|南宫|独孤|西门|百里|呼延|东郭|拓跋|申屠|澹台|闻人|赫连|濮阳|淳于"
_TITLE = r"(?:先生|女士|小姐姐?|太太|老师|师傅|经理|医生|阿姨|叔叔|同学|老板娘?|总|哥|姐|姨|叔|工|主任|校长|护士|教练|姑娘|妈妈?|爸爸?|奶奶|爷爷)"
_FULL = re.compile(rf"(?:{_COMPOUND})[\u4e00-\u9fff]{{1,2}}|[{_SURNAMES}][\u4e00-\u9fff]{{1,2}}")
_TITLED = re.compile(rf"(?:{_COMPOUND}|[\u4e00-\u9fff])[\u4e00-\u9fff]{{0,2}}{_TITLE}|[老小阿][\u4e00-\u9fff]{{1,2}}")
_DOTTED = re.compile(r"[\u4e00-\u9fff]{1,8}(?:[·•.．][\u4e00-\u9fff]{1,8}){1,3}")
_WESTERN = re.compile(r"[A-Za-z][A-Za-z.'\-]{1,20}(?: [A-Za-z][A-Za-z.'\-]{0,20}){0,2}")
_MASKED = re.compile(r"[\u4e00-\u9fff][*＊某×xX]{1,2}[\u4e00-\u9fff]?")
_HAN = re.compile(r"[\u4e00-\u9fff]{2,4}")
_TAIL = re.compile(r"\s*[(（]?\s*(?:亲?收|亲启|签收|代收)\s*[)）]?$")
_HEAD = re.compile(r"^(?:收货人是?|收件人是?|收货|收件|联系人|姓名|名字叫?|我叫|寄给|发给|给|收)\s*[:是]?\s*")
_NO_NAME = re.compile(
    r"加急|尽快|谢谢|麻烦|备注|顺丰|圆通|中通|申通|韵达|极兔|邮政|京东|快递|包邮|发货|地址|电话|手机|订单|下单|付款|转账|已付|未付|没有|不要|还要|你好|您好|在吗|"
    r"送|贺卡|发票|明天|今天|后天|周[一二三四五六日]|颜色|尺码|均码|黑|白|红色|蓝色|绿色|黄色|粉色|灰色|紫色|一共|合计|数量|大码|小码|中码|"
    r"省$|市$|区$|县$|镇$|乡$|村$|路$|街$|号$|楼$|室$|栋$|幢$|单元|小区|花园|广场|大厦|公司|学校|学院|大学|中学|小学|医院|驿站|门口|[件条双套盒包箱]$|上午|下午|晚上|早上|到货|收货|到付|"
    r"急用|急需|着急|老样子|一样|这个|那个|这款|那款|发我|寄到|送到|发到|亲爱|老板|店家|掌柜|客服|宝贝|补发|换货|好的|可以|马上|记得|帮|请|要|单$"
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A possible name; the higher `score`, the likelier; `certain` when it has a name's shape, or is told to be one."""

    value: str
    score: int
    certain: bool
    start: int
    end: int


def candidate(piece: str, start: int, *, by_phone: bool, by_address: bool, first: bool) -> Candidate | None:
    """How likely a piece of the text is the receiver's name; None when it cannot be one."""
    bare = _TAIL.sub("", piece)
    told = bare != piece
    head = _HEAD.match(bare)
    shift = head.end() if head and head.end() < len(bare) else 0
    told = told or shift > 0
    bare = bare[shift:].strip()
    shape = _shape(bare)
    if not shape:
        return None
    score = shape + 2 * by_phone + by_address + first + 3 * told
    begin = start + piece.index(bare, shift)
    return Candidate(bare, score, shape >= 3 or told, begin, start + len(piece))


def names_person(text: str) -> bool:
    """Whether a text, by itself, has the shape of a person's name."""
    return _shape(text) >= 3


def _shape(bare: str) -> int:
    """3 for a surname or a title, less for what only might be a name, 0 for what is none."""
    if _NO_NAME.search(bare) or is_goods(bare):
        return 0
    if _FULL.fullmatch(bare) or _TITLED.fullmatch(bare) or _DOTTED.fullmatch(bare):
        return 3
    if _MASKED.fullmatch(bare):
        return 3
    if _HAN.fullmatch(bare):
        return 1
    return 1 if _WESTERN.fullmatch(bare) and not re.fullmatch(r"[xX]*[sSmMlL]|ok|OK|TB|tb", bare) else 0
