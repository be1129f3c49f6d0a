"""How comments speak of the items of the built-in schemes, by item key; an item of a scheme can say it itself.

English words stand with their usual endings; `*` at the end stands for every form. A word is here where a comment
that has it is nearly always about the item: "responsible" is not, since "responsible for invoices" is a job.
"""

from __future__ import annotations

from appraisal.scheme_parts import TopicWords


def _words(english: str, chinese: str) -> TopicWords:
    return TopicWords(en=tuple(w.strip() for w in english.split(",")), zh=tuple(w.strip() for w in chinese.split("、")))


_CUSTOMERS = _words(
    "customer, client, complaint, satisfaction, callback, call back, escalation call, CSAT, user feedback, "
    "guest, caller, customer service, shopper",
    "客户、顾客、用户反馈、投诉、满意度、回访、退订、售后、来电人、服务态度、服务意识、来访",
)
_DISCIPLINE = _words(
    "disciplin*, punctual*, always on time, is on time, on time for, arrives on time, starts on time, "
    "never late, always late, often late, late for, late again, come late, comes late, came late, leave early, "
    "leaves early, left early, attendance, absence, absent, keeps working hours, rulebook, the rules, "
    "agreed rule, procedure, agreed process, follows the process, skip* a step, compliance, compliant, policy, "
    "regulation",
    "纪律、迟到、早退、准时、守时、考勤、出勤、缺勤、旷工、时间观念、规章、制度、守规矩、按规定、按流程、"
    "无视流程、流程办事、不走流程、跳过流程、合规、违规、遵守、守纪、规矩",
)

TOPIC_WORDS: dict[str, TopicWords] = {
    # operations
    "goal_completion": _words(
        "goal, target, objective, milestone, KPI, OKR, quota, better planning, good planning, poor planning, "
        "planned visit, deadline, due date, delay*, deliver*, outcome, achiev*, productiv*, on target, results",
        "目标、指标、里程碑、完成率、达成、达标、任务量、计划性、计划拜访、落地、交付、延期、延误、截止、期限、"
        "按时提交、按时完成、按期、业绩、产出、结果导向、完成任务",
    ),
    "business_volume": _words(
        "workload, volume, backlog, caseload, throughput, peak, capacity, tickets assigned, orders a day, pil* up, "
        "amount of work, number of cases, busy season",
        "业务量、工作量、处理量、单量、积压、高峰、产能、吞吐量、张工单、工作饱和、旺季、工作强度、处理速度",
    ),
    "customer_satisfaction": _CUSTOMERS,
    "professional_skill": _words(
        "skilled, skilful*, skillful*, technical skill, professional skill, his skill, her skill, expert*, "
        "knowledgeable, knowledge of, deep knowledge, product knowledge, know-how, knows the job, "
        "knows the system, knows the product, technical*, competen*, proficien*, qualified, well trained, "
        "strongest engineer, best engineer, specialist, explains, analysis, attention to detail, accura*, "
        "inaccura*, wrong total, wrong number, wrong figure, checked twice, experienced, his experience, "
        "her experience, quality of his work, quality of her work, fast learner",
        "专业能力、专业技能、专业知识、专业水平、很专业、业务能力、业务水平、业务熟、业务扎实、技能、技术、熟练、"
        "精通、内行、懂行、功底、经验丰富、讲得清、讲解、数据分析、流失分析、分析能力、分析问题、细节、准确、出错、"
        "是错的、再检查、能力强、有经验、业务精、水平高、工作质量",
    ),
    "teamwork": _words(
        "teamwork, team player, team spirit, with colleague, with his colleague, with her colleague, "
        "help* colleague, helpful, help others, helps, helped, helping, to help, willing to help, collaborat*, "
        "cooperat*, coordinat*, handover, hand over, handing over, share* knowledge, shares, shared, sharing, "
        "share his, share her, share their, support* us, support* me, support* others, support* the team, "
        "supported, supports, works with others, works well with, with the rest of the team, pair with, "
        "covers for, covered for, stepped in, steps in, rest of us, communicat*, listen*, let others finish, "
        "pleasure to work with, working with him, working with her, work with him, work with her, "
        "credit for the work of others, teammate, team member, as a team, for the team, supportive, together with, "
        "joint*, cooperates",
        "团队协作、团队合作、团队精神、协作、协同、配合、合作、共事很、共事起来、帮助、帮忙、帮同事、帮别人、帮我、"
        "助人、互助、支援、补位、顶班、交接文档、交接工作、交接清单、分享、和同事、与同事、带会、结对、沟通、"
        "听不进、听取、听完、说完、别人的成果、丢给我们、一起工作、团结、集体、互相、队友、支持同事",
    ),
    "innovation": _words(
        "innovat*, creativ*, idea, new way, new method, new approach, new form, new process, process improvement, "
        "improve* the process, improvement idea, automat*, simplif*, streamlin*, invent*, experiment, pilot, "
        "prototype, out of the box, original thinking, suggest*, proposal, proposed, proposes, redesign*, "
        "bottleneck, checklist, efficien*, moderni*",
        "创新、创意、新方法、新做法、新思路、新工具、新流程、新表单、点子、想法、改进建议、改进方案、提出建议、"
        "优化、自动化、简化、改良、改造、流程改进、试点、瓶颈、革新、提效、突破",
    ),
    "responsibility": _words(
        "responsibility, takes responsib*, sense of responsib*, accountab*, ownership, owns up, owned up, "
        "own* the problem, own* his, own* her, own mistake, admit*, blam*, excuse, commitment, keeps his word, "
        "keeps her word, keeps promise*, promise*, reliab*, unreliab*, rely on, relied on, count on, dependab*, "
        "follow* through, sees it through, careless, conscientious, what was agreed, did not tell, told nobody, "
        "reachable, very responsible, takes his work seriously, takes her work seriously, duty, duties, dutiful",
        "责任、负责任、很负责、认真负责、负责到底、尽职、尽责、担当、推诿、推卸、甩锅、怪别人、认错、找借口、承诺、"
        "说到做到、说好的事、言而有信、靠谱、可靠、让人放心、很放心、放心交给、踏实、马虎、敷衍、有始有终、"
        "没有告诉、联系不上、认真、尽心",
    ),
    "initiative": _words(
        "initiative, proactiv*, without being asked, unasked, unprompted, self-start*, self-motivated, volunteer*, "
        "take* the lead, took the lead, step* forward, step* up, goes beyond, went beyond, extra mile, "
        "of his own accord, of her own accord, offers to, offered to, waits to be told, waits for instructions, "
        "passive, motivated, driven, eager, enthusias*, takes on more",
        "主动、积极、自发、自觉、自告奋勇、带头、抢着、不等安排、不用催、被动、等安排、推一下动一下、眼里有活、"
        "热情、上进、勤快、勇于",
    ),
    "discipline": _DISCIPLINE,
    # annual
    "on_time_delivery": _words(
        "on time, in time, deadline, due date, delay*, overdue, ahead of time, ahead of schedule, behind schedule, "
        "too late, days early, weeks early, shipped, slipped, slippage, delivery date",
        "按时、按期、准时、及时、延期、延误、拖延、逾期、提前完成、提前提交、提前交、交期、进度、期限、截止、一拖再拖",
    ),
    "error_rate": _words(
        "error, mistake, defect, bug, rework, accura*, inaccura*, careless, wrong total, wrong number, "
        "wrong figure, checked twice, double-check*, typo, regression, attention to detail, zero downtime, quality",
        "差错、出错、错误、失误、缺陷、返工、马虎、粗心、准确、是错的、细节、遗漏、漏掉、再检查、复核、质量",
    ),
    "problem_solving": _words(
        "problem-solv*, solve*, solving, solution, root cause, troubleshoot*, debug*, workaround, diagnos*, "
        "figured out, figures out, traced, analy*, bottleneck, got to the bottom, found the cause, fixed, fixes",
        "解决、根因、排查、定位到、分析、攻克、难题、瓶颈、对策、找到原因、化解、备选",
    ),
    "learning": _words(
        "learn*, train*, course, certif*, curious, curiosity, studies, studied, self-taught, picked up, picks up, "
        "ramp-up, read up, new skill, eager to, onboarding",
        "学习、学会、培训、上手、课程、考证、证书、钻研、请教、好学、求知、自学、进步",
    ),
    "customer_focus": _CUSTOMERS,
    "budget_use": _words(
        "budget, cost, spend*, spent, expense, overspen*, savings, saved money",
        "预算、成本、费用、开支、经费、节约、节省、超支",
    ),
    "leading_people": _words(
        "leader*, leads the team, leads us, led the team, leads people, manages people, coach*, mentor*, delegat*, "
        "one-on-one, motivat*, develops people, develops us, developed two, gives feedback, team lead, micromanag*",
        "带团队、带队、带人、带新人、领导力、领导团队、团队管理、授权、辅导、培养、激励、带教、凝聚力、管得太细",
    ),
    "sales_revenue": _words(
        "revenue, sales, sold, deal, upsell*, cross-sell*, contract, win rate, closed won, new account, quota",
        "销售额、销售收入、业绩、签单、成交、订单额、合同额、拿单、新客户、开单",
    ),
    "collection_rate": _words(
        "receivable, payment, invoice, overdue amount, collection, collected, dunning, paid up",
        "回款、应收、账款、欠款、催收、催款、账期、收款",
    ),
    # leadership-360
    "direction": _words(
        "direction, vision, strateg*, priorit*, big picture, where we are going, where we want to go, roadmap, "
        "goal, purpose, mission, focus on what matters, long-term",
        "方向、愿景、战略、目标、优先级、轻重缓急、规划、蓝图、长远、使命、聚焦",
    ),
    "decisions": _words(
        "decision, decide*, deciding, decisive*, indecisive*, undecided, judgement, judgment, makes the call, "
        "made the call, trade-off, hesitat*, sits on the fence",
        "决策、决定、拍板、果断、优柔寡断、犹豫、判断力、取舍、下决心、当机立断",
    ),
    "change": _words(
        "change management, lead* change, led the change, driv* change, transform*, transition, reorgani*, "
        "restructur*, reform*, rollout, roll-out, resistance, resist* change, embrac* change, new ways of working, "
        "adapt*",
        "变革、变化、转型、改革、推行、适应、调整、抵触、新模式、重组",
    ),
    "delegation": _words(
        "delegat*, micromanag*, let* go, lets us decide, trusts us, autonomy, empower*, free hand, "
        "does everything himself, does everything herself, hands over responsib*, controls everything, "
        "own decisions",
        "授权、放权、放手、事必躬亲、亲力亲为、管得太细、什么都管、信任我们、自主、让我们自己",
    ),
    "coaching": _words(
        "coach*, mentor*, develops us, develops people, develops his team, develops her team, gives feedback, "
        "feedback, career, one-on-one, 1:1, taught, teach*, trained, onboarding, helps us grow, helped me grow, "
        "guidance",
        "辅导、培养、指导、带教、带新人、带会、反馈、成长、传授、一对一、职业发展、教我、手把手、点拨",
    ),
    "collaboration": _words(
        "other team, other department, across teams, across departments, cross-team, cross-functional, "
        "cross-department*, silo, align*, stakeholder, interface, collaborat*, cooperat*, coordinat*, finance, "
        "marketing",
        "跨部门、跨团队、协作、协同、协调、其他部门、兄弟部门、别的部门、配合、对齐、部门墙、合作、扯皮、上下游",
    ),
    "integrity": _words(
        "honest*, dishonest*, integrity, fair, fairly, fairness, unfair*, transparen*, keeps his word, "
        "keeps her word, principle, favourit*, favorit*, ethic*, trustworth*, truth*, bias*, "
        "credit for the work of others, plays by the rules",
        "诚信、正直、公正、公平、公道、坦诚、透明、偏心、一视同仁、说话算话、言行一致、原则、不公、实事求是、"
        "别人的成果",
    ),
    "listening": _words(
        "listen*, hears us, hears people, heard us, both sides, open to feedback, open ear, interrupt*, "
        "let others finish, lets others finish, let people finish, open-door, open door, takes feedback, "
        "asks for our opinion, asks our opinion, our opinions, different opinions, disagree*",
        "倾听、听取、听进、听不进、听完、听意见、听我们、打断、不同意见、采纳、虚心、平易近人、征求、说完、广开言路",
    ),
    "leading_without_authority": _words(
        "influenc*, convinc*, persua*, without authority, gets people on board, got everybody on board, "
        "gets others on board, buy-in, align*, coordinat*, rally, rallied, brings people together, "
        "brought people together",
        "影响力、说服、协调、推动、带动、牵头、争取、凝聚、横向",
    ),
    # probation
    "onboarding_plan": _words(
        "onboard*, ramp-up, probation, first week, first month, induction, familiar*, settl* in",
        "入职、上手、试用期、熟悉、新人培训、适应",
    ),
}
