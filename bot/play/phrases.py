"""What simulated people write about each other: situations, deeds and next steps, in English and Chinese.

Deeds are in the past tense without a pronoun, so that they fit "I" as well as a name. A quarter's story is told by
department family; `""` is common to all.
"""

from __future__ import annotations

EN, ZH = "en", "zh"

SITUATIONS: dict[str, dict[str, tuple[str, ...]]] = {
    EN: {
        "": (
            "When two of us were off sick in the same week",
            "On the last working day of January",
            "In the handover meetings on Mondays",
            "When the figures for February did not add up",
        ),
        "Operations": (
            "When the new order system went live and half the orders stuck in the queue",
            "During the stock count in February",
            "When the Ningbo terminal closed for four days",
            "In the week the customs codes changed",
            "When the night shift reported 40 orders without an address",
        ),
        "Service": (
            "When refunds piled up after Chinese New Year",
            "On the evening the chat tool was down",
            "With the pharmacy customer who had complained three times",
            "When the return policy changed with two days' notice",
            "In the week with 300 more calls than usual",
        ),
        "Logistics": (
            "When the Rotterdam strike left 26 containers waiting",
            "During the carrier tender",
            "When the storm closed the A4 and nine trucks turned back",
            "In the switch to the second warehouse",
            "When a pallet of batteries was booked as ordinary goods",
        ),
        "Quality": (
            "In the supplier audit in Suzhou",
            "When the label printer gave the wrong batch numbers",
            "During the recall of the blue valves",
            "When three returns showed the same crack",
        ),
        "People": (
            "When eleven new colleagues started on one day",
            "In the move to the new payroll provider",
            "During the contract renewals",
            "When a request for parental leave came two weeks before the peak",
        ),
    },
    ZH: {
        "": (
            "同一周里有两位同事请病假的时候，",
            "一月最后一个工作日，",
            "每周一的交接会上，",
            "二月的数据对不上的时候，",
        ),
        "Operations": (
            "新订单系统上线、一半订单卡在队列里的那天，",
            "二月盘点期间，",
            "宁波港停摆的那四天，",
            "海关编码调整的那一周，",
            "夜班报上来40单没有地址的时候，",
        ),
        "Service": (
            "春节后退款集中积压的时候，",
            "在线客服工具宕机的那个晚上，",
            "处理那家连续投诉三次的药店时，",
            "退货政策提前两天通知变更的时候，",
            "来电比平时多出300通的那一周，",
        ),
        "Logistics": (
            "鹿特丹罢工、26个柜子压港的时候，",
            "承运商招标期间，",
            "暴风封路、九辆车折返的那天，",
            "切换到二号仓的过程中，",
            "一托电池被当成普通货订舱的那次，",
        ),
        "Quality": (
            "苏州供应商审核的时候，",
            "标签打印机打错批号的那次，",
            "蓝色阀门召回期间，",
            "三件退货出现同样裂纹的时候，",
        ),
        "People": (
            "一天有十一位新同事入职的时候，",
            "更换薪资服务商期间，",
            "合同续签那段时间，",
            "旺季前两周收到育儿假申请的时候，",
        ),
    },
}

GOOD: dict[str, tuple[str, ...]] = {
    EN: (
        "rang every customer concerned before noon and had a new date for each of them",
        "wrote down each step, so that the next shift could carry on without a single call",
        "split the list into three, took the hardest third and finished it the same day",
        "checked the numbers against the raw export and found the row that was counted twice",
        "stayed calm, asked what was needed first, and got it going again within two hours",
        "showed two colleagues how to do it, with the screen shared, until they could do it alone",
        "told the other team at once, although the mistake was ours, and suggested how to put it right",
        "made a small sheet for it that we have used every week since",
        "said early that the date would not hold and came with two ways out",
        "kept to the full check although everybody was in a hurry, and caught two wrong labels",
        "followed the case for nine days, across three teams, until the customer closed it",
        "took over the open cases of a colleague and none of them ran late",
    ),
    ZH: (
        "当天上午就逐个联系了相关客户，每一家都给到了新的时间",
        "把每一步都记清楚了，下一班不用打一个电话就能接着做",
        "把清单分成三份，自己拿最难的一份，当天做完",
        "拿原始导出数据一条条核对，找出了重复计算的那一行",
        "没有慌，先问清最要紧的是什么，两个小时就恢复了",
        "共享屏幕手把手带了两位同事，直到他们能独立操作",
        "没有回避我们这边的失误，第一时间告诉了对方团队，并提出了补救办法",
        "做了一张小表，之后我们每周都在用",
        "提前说明时间赶不上，同时给出了两个方案",
        "在大家都赶时间的时候仍按流程做完全部检查，拦下了两张错标签",
        "跨三个团队跟了九天，一直跟到客户确认关单",
        "接手了同事手上没办完的单子，没有一单超时",
    ),
}

FAIR: dict[str, tuple[str, ...]] = {
    EN: (
        "did the agreed part on time and asked when something was unclear",
        "kept the list up to date, so we always knew what was open",
        "answered everything within the day, even if some answers needed a second round",
        "helped out for two afternoons when asked",
        "got the routine cases done without errors; the unusual ones went to others",
    ),
    ZH: (
        "按时完成了约定的部分，不清楚的地方会问",
        "清单一直保持更新，哪些没办完一目了然",
        "当天都有回复，只是有些问题要问第二遍才说清楚",
        "叫到的时候来帮了两个下午",
        "常规业务没有出错，特殊情况多半转给了别人",
    ),
}

EFFECTS: dict[str, tuple[str, ...]] = {
    EN: (
        "It saved us most of a day.",
        "Two customers wrote to thank us.",
        "Nobody had to stay late because of it.",
        "The error has not come back since.",
        "I have copied the approach for my own cases.",
    ),
    ZH: (
        "帮大家省了大半天。",
        "有两位客户专门来信感谢。",
        "那天没有人因此加班。",
        "这个错误之后再没出现过。",
        "这个做法我自己也学着用了。",
    ),
}

# (what to change, the first step); the English is an infinitive, so that it fits "could" and "want to".
STEPS: dict[str, tuple[tuple[str, str], ...]] = {
    EN: (
        (
            "write the handover before the shift ends rather than after it",
            "a template with five lines, tried for two weeks",
        ),
        ("say earlier when a date will not hold", "a fixed check of open cases every Wednesday at ten"),
        (
            "pass on the hard cases less and ask for help with them instead",
            "one hard case a week together with a senior colleague",
        ),
        (
            "bring suggestions with a number, such as minutes saved",
            "measuring one routine task before and after a change",
        ),
        (
            "answer other teams within the day, even if only to say when the answer will come",
            "a short reply for what takes longer",
        ),
        (
            "learn the reporting tool well enough to build the weekly sheet alone",
            "the two-hour course in May and one sheet of one's own",
        ),
        (
            "let others finish in meetings before answering",
            "writing the point down first and speaking last in one meeting a week",
        ),
        ("keep the records complete when it gets busy", "the three required fields filled in before a case is closed"),
        ("share what was learnt from difficult customers", "ten minutes in the team meeting, once a month"),
        (
            "plan the week so that the month end does not come as a surprise",
            "blocking the last two afternoons of the month",
        ),
    ),
    ZH: (
        ("在下班前写好交接，而不是事后补", "用一个五行的模板试两周"),
        ("时间赶不上时更早说出来", "每周三上午十点固定过一遍未结清单"),
        ("遇到难办的单子少转手，多请教", "每周和资深同事一起办一件难单"),
        ("提建议时带上数据，比如能省多少分钟", "挑一项日常工作，改之前和改之后各量一次时间"),
        ("当天回复其他团队，哪怕只是告知什么时候能答复", "需要时间的问题先发一句预计时间"),
        ("把报表工具学扎实，能独立做周报", "参加五月的两小时课程，再自己做一张表"),
        ("开会时先听别人说完再回应", "每周挑一次会，先记下来，最后再发言"),
        ("忙的时候也把记录填完整", "关单前先填好三个必填项"),
        ("把和难沟通客户打交道的经验分享出来", "每月在组会上讲十分钟"),
        ("提前排好每周的工作，月底就不会手忙脚乱", "把每月最后两个下午空出来"),
    ),
}

HELPED: dict[str, tuple[str, ...]] = {
    EN: (
        "the new order screen, which shows late orders first",
        "the second shift lead since February",
        "clear targets that were agreed in the first week",
        "the weekly call with the warehouse",
        "a steady team with hardly any sick days",
    ),
    ZH: (
        "新的订单界面，会把超时订单排在最前面",
        "二月起增加了第二位班组长",
        "第一周就把目标谈清楚了",
        "每周和仓库的例会",
        "团队稳定，几乎没有人请病假",
    ),
}
HINDERED: dict[str, tuple[str, ...]] = {
    EN: (
        "four days without the terminal in February",
        "two vacancies until the middle of March",
        "the price change, which doubled the questions for two weeks",
        "late data from the carrier, so that errors were found a week after they happened",
        "the move of the old cases into the new system, about 30 hours of work",
    ),
    ZH: (
        "二月港口停摆了四天",
        "两个岗位空缺到三月中旬",
        "调价之后两周，咨询量翻了一倍",
        "承运商数据给得晚，出错一周后才发现",
        "把旧单子迁到新系统，花了大约30个小时",
    ),
}

CARELESS: dict[str, tuple[str, ...]] = {
    EN: ("Good work.", "Always helpful 👍", "No complaints.", "Keep going!", "fine"),
    ZH: ("挺好的。", "没什么问题。", "继续加油💪", "不错", "配合得很好"),
}
PRIVATE: dict[str, tuple[str, ...]] = {
    EN: (
        "Please look at the workload: I see mails from eleven at night.",
        "I think a bigger task would be welcome, but nobody asks for it aloud.",
        "The tone in the Friday meeting was sharper than it needed to be. A quiet word would be enough.",
    ),
    ZH: (
        "请关注一下工作量，我经常看到晚上十一点还在发邮件。",
        "我觉得可以交更重要的任务，只是本人不会主动开口。",
        "周五会上的语气有点急，私下提醒一句就好。",
    ),
}

# What a manager proposes: (what, why, how it is measured, what help is given).
ACTIONS: dict[str, tuple[tuple[str, str, str, str], ...]] = {
    EN: (
        (
            "Write the handover with the five-line template before the end of each shift",
            "Colleagues had to ring after hours in February",
            "Nine of ten handovers complete in the weekly sample",
            "The template, and 15 minutes a day for it",
        ),
        (
            "Lead one hard case a week with a senior colleague beside you",
            "Unusual cases were passed on and came back late",
            "Ten cases led by the end of the quarter, at most one of them late",
            "Two hours a week with a senior colleague",
        ),
        (
            "Bring one improvement to the team meeting each month, with the minutes it saves",
            "Your ideas are good and hardly anyone hears them",
            "Three ideas tried, one of them in use by the team",
            "I will keep ten minutes free in the meeting",
        ),
        (
            "Check the open cases every Wednesday and tell the customers of those that will be late",
            "Three customers learnt of a delay only when they asked",
            "No complaint about a missing answer in a month",
            "",
        ),
        (
            "Take the course on the reporting tool and build the weekly sheet",
            "The sheet depends on one person today",
            "You make the sheet alone from the fifth week on",
            "The course and two half days are paid for",
        ),
        (
            "Hand over the routine part of the month end to a colleague",
            "You carry the month end alone and it shows",
            "The colleague closes one month end without help",
            "I will speak with the team about it",
        ),
    ),
    ZH: (
        (
            "每班结束前用五行模板写好交接",
            "二月里同事下班后还要打电话来问",
            "每周抽查，十份交接中有九份完整",
            "提供模板，每天留出15分钟",
        ),
        (
            "每周由你主办一件难单，资深同事在旁协助",
            "特殊情况多被转手，回来时已经超时",
            "季度末前主办十件，最多一件超时",
            "每周两小时由资深同事带教",
        ),
        (
            "每月在组会上提一个改进建议，并说明能省多少分钟",
            "你的想法不错，但很少有人听到",
            "试行三个建议，其中一个在组内用起来",
            "组会上给你留十分钟",
        ),
        (
            "每周三检查未结清单，会超时的提前告知客户",
            "有三位客户自己来问才知道延误",
            "一个月内没有因无人回复引起的投诉",
            "",
        ),
        (
            "参加报表工具课程，并独立做出周报",
            "周报现在只有一个人会做",
            "从第五周起由你独立完成周报",
            "课程费用和两个半天由部门承担",
        ),
        (
            "把月结的常规部分交给一位同事",
            "月结一直由你一个人扛，已经影响到其他工作",
            "同事独立完成一次月结",
            "我来和团队沟通",
        ),
    ),
}
ACTION_COMMENTS: dict[str, tuple[str, ...]] = {
    EN: (
        "Agreed in principle. Could we make it the end of June? The system release takes all of May.",
        "I would like to start with every second week, then look at it again.",
    ),
    ZH: ("方向我认同，时间能不能放到六月底？五月要全力做系统上线。", "我想先从两周一次开始，之后再看效果。"),
}
ADJUST_REASONS: dict[str, str] = {
    EN: "Covered the second shift for three weeks in February, which the figures do not show.",
    ZH: "二月连续三周兼顾第二班的工作，这一点在数据里体现不出来，所以上调。",
}
CAUSE_NOTES: dict[str, tuple[str, ...]] = {
    EN: (
        "Two of five were on sick leave in the second half of the quarter.",
        "The supplier moved the delivery by two months.",
        "The target was set before the second site opened.",
        "",
    ),
    ZH: (
        "季度后半段五个人里有两个请了病假。",
        "供应商把交货推迟了两个月。",
        "定目标的时候二号仓还没有启用。",
        "",
    ),
}
RETURN_NOTES: dict[str, str] = {
    EN: "Please add an example to your ratings: the reviews differ a lot and I would like to understand why.",
    ZH: "请补充一两个具体例子：几份评价差别比较大，我想了解原因。",
}
