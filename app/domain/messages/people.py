"""Sentences about users, what they may see, and personal data."""

SENTENCES: dict[str, dict[str, str]] = {
    "rights-by-role": {
        "zh": "只有主管和录单员的规则权限可以单独给；管理员什么都能改，其他角色只能看。",
        "en": "Rights over rules are chosen for supervisors and clerks; administrators have all, others only read.",
    },
    "administrator-all-shops": {
        "zh": "管理员负责所有店铺。要限定店铺，请先换成别的角色。",
        "en": "An administrator works for all shops. Give another role first.",
    },
    "unmask-reason": {
        "zh": "请选择要看的原因；选“其他”要写明。",
        "en": "Choose a reason; say which when it is another.",
    },
    "unmask-enough": {
        "zh": "今天看个人信息的次数到了上限（{most} 单），已请主管确认。主管完成那条待办后可以继续。",
        "en": "You have looked at as many orders' personal data as one day allows ({most}). The supervisor has been "
        "asked; go on once they have closed that task.",
    },
    "personal-gone": {
        "zh": "这一单没有个人信息，或已经清除。",
        "en": "This order has no personal data, or it was erased.",
    },
    "personal-parcels": {
        "zh": "仓库只能看待发包裹的收货信息。",
        "en": "The warehouse sees the receiver of parcels that are to leave only.",
    },
    "retention-days": {
        "zh": "保留天数要在 {least} 到 {most} 之间。",
        "en": "Personal data is kept between {least} and {most} days.",
    },
    "phone-needed": {"zh": "请填完整的电话号码。", "en": "Fill in the whole phone number."},
    "shop-missing": {"zh": "请至少选一个店铺。", "en": "Choose at least one shop."},
}
