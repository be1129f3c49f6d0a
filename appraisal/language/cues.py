"""Words and phrases that tell something about a comment, English and Chinese.

Each list is short on purpose: a phrase is here only where it nearly always means what its name says. What is
missing costs a hint; what is wrong annoys a writer.
"""

from __future__ import annotations

import re
from re import Pattern

_MONTH = (
    r"(january|february|march|april|june|july|august|september|october|november|december"
    r"|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)"
)
_COUNT = (
    r"(two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|hundred|thousand|dozens?"
    r"|twice|half|third|zero)"
)
_HAN_NUMBER = r"[一二两三四五六七八九十百千]"


def _english(*phrases: str) -> Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(phrases) + r")\b", re.IGNORECASE)


def _chinese(*phrases: str) -> Pattern[str]:
    return re.compile("|".join(phrases))


class Cues:
    """One kind of cue in both languages. Either may match: many comments mix them."""

    def __init__(self, english: Pattern[str], chinese: Pattern[str]) -> None:
        self._patterns = (english, chinese)

    def found(self, text: str) -> bool:
        return any(p.search(text) for p in self._patterns)


# A wish that something were done differently. Runs before any polarity: "should be better" is +0.5 to TextBlob.
DEVELOPMENT = Cues(
    _english(
        r"(?<!nothing )(?<!we )should(?! be (proud|promoted|rewarded|commended|recogni[sz]ed|an example))(?!er)",
        r"ought to",
        r"(?<!we )(?<!i )(?<!they )(?<!you )(?<!customers )(?<!clients )(?<!everybody )(?<!no )"
        r"needs? (to (?!be \w+ed)|more|better|some)",
        r"ha(s|ve) to (learn|become|get|improve|be (more|less|better))",
        r"(?<!nobody )(?<!one )could (improve|be (?!trusted|relied|counted)|do (more|better|with))",
        r"could (have|use (more|some))",
        r"(?<!nobody )(?<!one )could (?!not |hardly |never )(\w+ ){1,2}(more|better|earlier|sooner|less|faster)",
        r"(?<=^)(try (not )?to|(start|stop|avoid|consider) \w+ing|pair with)",
        r"(would|might) (benefit|like (to see|him|her|them)|help (him|her|them|if|to\b|us|me))",
        r"would be (great|good|better|nice|helpful) (if|to)",
        r"(i|we) wish",
        r"room for (improvement|growth)",
        r"(better|more|clearer|earlier) [\w ]{1,30}(is|are) needed",
        r"more [\w ]{1,30}would help",
        r"(?<=^)less [\w ]{1,40}more",
        r"please(?! (keep|continue|carry on|stay))",
        r"(next|first) step(?= would| could| is|:)",
        r"next (quarter|time|year|month),? (i|he|she|they|try|start|we)",
    ),
    _chinese(
        r"(?<![响反供适相对效答理])应(该|当|(?=在|先|更|多|尽|主动|提前|及时|避免|加强|注意|把|学))(?!用|急|对|收|付)",
        r"需要?(学会|加强|改进|提高|提升|改善|多|更|进一步|注意|补|在)",
        r"(还|仍|亟|有|尚)(需|待)要?(进一步)?(加强|改进|提高|提升|改善|完善|努力|学习)",
        r"(?<!客户)希望(?!的|.{0,6}(继续|保持|再|还能|一直|一如既往))",
        r"可以(更|再|多|尝试|试着|考虑)|可以[\u4e00-\u9fff]{1,3}得更",
        r"(要是|如果|若)能(?!力)|最好(能|还是|先|提前|可以|把|在)|不妨",
        r"(^|[，；。])建议(?!采纳|被|都|很|多|也)",
        r"(提升|改进|进步|提高|成长|上升)(的)?空间",
        r"少一些.+多一些|少一点.+多一点",
        r"(^|[，；。时])请(?!假|教|示|求|继续|保持|他帮|她帮)",
        r"(?<![申邀聘宴敬恳])请(从|使用|先|提前|尽量|及时|给出|补充)",
        r"每次.{0,12}都要(?!别人|我|人|催|同事|他人)",
    ),
)  # fmt: skip

# Virtues and failings, where no negation, doubt or comparison stands before them.
_UNDOUBTED = (
    r"(?<!not )(?<!n['’]t )(?<!not very )(?<!n['’]t very )(?<!not so )(?<!not always )(?<!no )(?<!never )(?<!hardly )"
    r"(?<!rarely )(?<!seldom )(?<!less )(?<!more )(?<!nor )(?<!than )(?<!without )(?<!become )(?<!be )(?<!far from )"
)
_VIRTUE = (
    r"(helpful|supportive|reliable|dependable|trustworthy|thorough|diligent|meticulous|conscientious|punctual|proactive"
    r"|hard-?working|knowledgeable|competent|approachable|constructive|resourceful|attentive|well[- ]prepared"
    r"|well[- ]organi[sz]ed|high[- ]quality|a good (communicator|listener|colleague|leader|manager)|good communicator"
    r"|great (attitude|colleague|support|communicator)|a role model|an example to|(really |much )?appreciated?(?! if)"
    r"|keeps (his|her|their) (promises|word)|works? well with|gets things done)"
)
_FAILING = (
    r"(unprepared|disorgani[sz]ed|unorgani[sz]ed|sloppy|uncooperative|unhelpful|dismissive|negligent|unresponsive"
    r"|(keeps|kept) (making|missing|forgetting|interrupting|postponing)|interrupts|(rarely|seldom) (keeps|helps|replies"
    r"|listens|answers|delivers|prepares)|poor (quality|communication|documentation|planning|preparation)"
    r"|(his|her|their) [\w ]{1,20}(is|are) (very |often |always |rather )?(poor|rude|confusing|slow|late))"
)

# Praise and criticism of work, where a lexicon of film reviews has no opinion or the wrong one.
PRAISE = Cues(
    _english(
        _UNDOUBTED + _VIRTUE,
        r"(great|good|excellent|fantastic|amazing) (job|work(?!ing))|well done|keep (it|this) up|keep up",
        r"pleasure (to|of)|rely on (him|her|them)|count on (him|her|them)|always ready to|willing to help",
        r"nothing to complain|no (concerns|complaints)|not bad|never late|without being asked|without (any )?errors?",
        r"takes responsibility|on time|ahead of (time|schedule)|(weeks?|days?) early|before the (due date|deadline)",
        r"(zero|no) (downtime|errors|defects)|one of the (best|strongest)|well thought",
        r"(cut|reduced|lowered) (the )?(complaints|errors|costs?|backlog|time|delays)",
        r"saved (us|me|the team|everybody)|stay(s|ed) calm|to thank (him|her|us)|thanked (him|her|us)",
        r"so that everybody|(patient|professional) with (customers|clients|colleagues)|helped (me|us|the team)",
    ),
    _chinese(
        r"(?<!不)(?<!没)(?<!没有)(?<!没有很)(?<!不是很)(?<!不算)(?<!不算很)(?<!不够)(?<!不太)(?<!不是)(?<!没法)(?<!难以)(?<!缺乏)(?<!缺少)(?<!更)(?<!更加)(?:"
        r"干得(不错|好|漂亮)|做得(很好|好|不错|漂亮|出色)|继续保持|再接再厉|辛苦了",
        r"愉快|放心(?!不下)|踏实|乐于|愿意帮|靠谱|可靠|值得信赖|数一数二|挑不出|没有任何担心",
        r"从不(推诿|迟到|遗漏|拖延|抱怨|计较)|主动(承担|帮|重排|加班|补位|分享)|责任心强|纪律性强|积极主动|及时(?!性)",
        r"清清楚楚|思路清晰|考虑周全|有创意|专业冷静|顺畅|高效|出色|优秀|认真负责|按时(完成|交付|发货)|提前(完成|提交|两周完成)",
        r"细心|细致|耐心|严谨|敬业|勤恳|热心|周到|充分|有条理|高质量|质量高|效率高|执行力强|能力强|善于|到位|值得学习|说话算数",
        r"(非常|十分|特别|相当|很)(好|熟悉|快|感谢|专业|负责|认真|稳|用心)(?!像|多|久)|省下|省了[^，。；]{0,5}(天|时|分钟|钱|成本)|来信感谢|表示感谢|没有慌|不慌不忙|沉着",
        r"独立(完成|操作)|敢于承担|没有停机|零(差错|失误|停机|投诉)|升到|减少了|缩短(到|了)|赢得)",
    ),
)
CRITICISM = Cues(
    _english(
        _UNDOUBTED + _FAILING,
        r"missed (the|a|an|his|her|their|two|three|several|every)( \w+)? deadlines?|missed (deadlines?|meetings?)",
        r"fail(s|ed) to (?!find|see)|refuse[sd]? to (help|answer|reply|share|listen|take|do|follow|explain)",
        r"blame[sd]? (others|colleagues|the|us|me|everyone)|careless|unreliable",
        r"far from (reliable|good|ready)|not (good enough|reliable|helpful)|of no use",
        r"(does|did|do)(n['’]t| not) (listen|reply|answer|share|tell|help|deliver|attend|respond|enjoy)",
        r"(?<!never )(ignore[sd]?|forgets)|comes late|leaves early|late (again|every)|hardly ever|takes credit",
        r"wrong (totals|numbers|figures)|still does not|walked out",
        r"(he|she|they) (was|were|is|are) (often )?rude|made .{0,20}mistakes",
        r"(customers?|clients?|people|colleagues) (cancelled|complained|resigned)",
        r"never (listens|helps|replies|takes notes)",
        r"only \d+ of (the )?\d+|had to (redo|fix|correct)",
        r"caused (an?|the|two|several) (outage|delay|error|complaint|loss)",
    ),
    _chinese(
        r"(?<!不)(?<!没)(?<!不会)(?<!没有)(?<!从未)(?<!客户)(?:"
        r"(没有?|未|不)(按时|及时|准时)|不够好|听不进|拒绝|推卸|怪别人|甩锅|找借口|马虎|粗心|敷衍|拖拉",
        r"从不(做|听|配合|回复|反馈|主动|参加|帮)|联系不上|无视|情绪化|不好相处|不(太)?愿意(和|跟|与)",
        r"(上班|经常|总是|多次|又|开会)迟到|早退|不可靠|不靠谱|说成自己|没有(回电|告诉|征求|一件)|丢给|导致(?!的).{0,8}(退订|投诉|流失|离职|损失)",
        r"不够(细心|积极|主动|认真|仔细|负责|专业|耐心|及时|清晰)|被动|拖沓|丢三落四|推三阻四|不配合|不回(消息|复|邮件)|敷衍了事",
        r"(态度|语气)(差|生硬|恶劣|冷淡)|质量(很|较|太)?差|(总是|经常|老是|多次)(犯|出错|打断|忘|抱怨|拖)|(没有|毫无)准备|很少(兑现|回复|配合|参加|主动)",
        r"(都|每次|总)(要|得)别人|是错的|转头就忘|还没有(?=。|$)|脾气大|很懒|一拖再拖|出错(?!率)|人离职)",
    ),
)  # fmt: skip

# A number, a time or a case: what makes a comment something that happened.
OCCASION = Cues(
    _english(
        r"\d[\w.,%]*",
        _COUNT,
        _MONTH,
        r"(in|of|since|until|by|last|this|next) may",  # alone it is mostly the verb
        r"(mon|tues|wednes|thurs|fri|satur|sun)days?",
        r"(last|next) (quarter|year)|(every|each|per|a) quarter",  # "this quarter" is only the period of the form
        r"(last|this|next|every|each|per|a|the) (week|month|day|night|morning|time)",
        r"(few|several) (weeks|months|days|times)|weeks|yesterday|recently",
        r"when|while|during|after|once|for (example|instance)|such as|because|e\.g|as soon as",
    ),
    _chinese(
        r"\d|％|%",
        _HAN_NUMBER + r"+(多|几)?(次|个|份|位|天|周|月|年|日|小时|分钟|张|家|名|条|项|倍)",
        _HAN_NUMBER + r"+(多|几)?(单|套|版|轮|场|人|件|起|号|期|级|成|分之|笔)",
        r"[上下每一二三四]个?季度|昨天|上周|上次|那次|这次|上个?月|本月|下(周|月|次|季)|周[一二三四五六日末]|星期|年初|年底|期间",
        r"(?<!及|按|准|随|有|同|平|临|当|小|何)时(?=，|他|她|请|主动|我|先|候)|例如|比如|譬如|因为|以后|之前|之后|中途",
    ),
)  # fmt: skip
# A thing of work or an event that a reader can place, even without a number or a time.
SITUATION = Cues(
    _english(
        r"meetings?|outages?|audits?|incidents?|migrations?|releases?|project|projects|handovers?|tickets?|supplier|vendors?",
        r"customers?|clients?|reports?|deadlines?|budgets?|invoices?|shifts?|queues?|launch|complaints?|dashboard|process",
        # somebody did something: a short story rather than an opinion
        r"(he|she|they|i|we|who) (also |then |even |once )?(?!seemed|liked|worked|tried|needed|wanted|proved)\w{2,}ed",
        r"(he|she|they|i|we|who) (took|made|gave|told|found|wrote|held|led|built|ran|brought|sent|went|came|left)",
        r"(he|she|they|i|we|who) (lost|caught|cut|met|said|spoke|drew|began|taught|rewrote|won|broke|chose|sold|stood)",
        r"contracts?|orders?|system|tests?|bugs?|code|template|checklist|workshops?|warehouse|notes",
    ),
    _chinese(
        r"客户|项目|会上|会议|例会|复盘|审计|故障|报表|报告|工单|交接|供应商|系统|流程|预算|版本|投诉|值班|班表|夜班",
        r"(他|她|我|我们)[\u4e00-\u9fff]{1,8}(?<![为除])了(?!解|如)|汇报|演示|主持|董事会|排练|盘点",
        r"订单|合同|仓库|看板|清单|脚本|测试|上线|发货|谈判|发票|模板|表单|记录",
    ),
)
# How a wish could be carried out.
STEP = Cues(
    _english(
        r"so that|instead of|by \w+ing|start(ing)? (with|by|the)|(first|next) steps?|for example|such as|pair with",
        r"use the|set up|agree on|ask (him|her|for)|take (a|the|over)|write|attend|join|practi[sc]e|shadow|course",
        r"training",
    ),
    _chinese(r"例如|比如|可以先|第一步|先从|以便|这样|方便|从.{1,12}开始|通过|参加|每(天|周|月)|结对|试着先|使用|给出|培训|课程|每次"),
)  # fmt: skip

_BE = r"(he|she|they|you|i|who)( (is|are|was|were|am|seems?|comes across as)|['’](s|re|m))"
_DEGREE = r"( (a|an|so|too|very|really|always|just|often|quite|rather|extremely|naturally|such a|a bit|not))*"
_TRAITS = (
    r"(kind|cheerful|brilliant|abrasive|lazy|emotional|arrogant|stubborn|friendly|nice|smart|clever|bossy|aggressive"
    r"|moody|charming|lovely|sweet|bubbly|feisty|shy|introverted|extroverted|genius|talented|gifted|selfish|rude"
    r"|bitchy|shrill|hysterical|pushy|grumpy|humble|modest|passionate|energetic|old-fashioned|intelligent|difficult"
    r"|likeable|likable|natural leader|born leader|great person|good person|nice (person|guy|girl|lady))"
)
TRAIT = Cues(
    _english(rf"{_BE}{_DEGREE} {_TRAITS}(?! (to|about|with|of) )", r"a (natural|born) leader"),
    _chinese(
        r"人(很|非常|特别|挺|真)?(好|不错)(?!用)|人品好|性格(好|开朗|内向|外向|急|温和)"
        r"|(?<!客户)脾气(大|好|差|急|暴)|天生的|情绪化|笑眯眯|小心眼|玻璃心|自私|傲慢|固执|内向|外向",
        r"(很|太|真|非常|特别|挺|比较|有点|十分)(聪明|懒|善良|可爱|温柔|强势|老实|能干|有才|刻薄|粗鲁|幽默|开朗)",
    ),
)  # fmt: skip

# "Never" and "always" in a complaint: one counter-example and the reader stops listening. Fine in praise.
_GOOD_DEED = (
    r"(listens?|helps?|repl(y|ies)|answers?|asks?|shares?|takes? notes|says?|tells?|thanks?|attends?|follows?"
    r"|finish(es)?|delivers?|keeps?|does|do|has|have|documents?|responds?|prepares?|speaks? up|cooperates?)"
)
_BAD_DEED = (
    r"(late|complain(s|ing)?|blam(es|ing)|interrupt(s|ing)?|forgets?|forgetting|ignor(es|ing)|negative|criti[ck]\w*"
    r"|unprepared|argu(es|ing)|refus(es|ing)|making excuses|makes excuses|the last|delay(s|ed|ing)?|miss(es|ing)?)"
)
ABSOLUTE = Cues(
    _english(rf"never (ever )?{_GOOD_DEED}(?! (an? )?\w+ (go|slip|down))", rf"always (too )?{_BAD_DEED}"),
    _chinese(
        r"(从来?不|从来没有?|从没有?|永远不|永远都不)(会|肯|愿意|主动)?(做|听|帮|配合|回复|反馈|主动|分享|说|承认|沟通|参加|按时|准时|记|道歉|关心)",
        r"老是|(总是|永远|每次都|从来都是?)(迟到|拖|抱怨|推|打断|忘|出错|找借口|不(听|回|配合|说|做|按|及时|准时|改|帮|管|理|提前)|最后一个)",
    ),
)  # fmt: skip

# What gives an anonymous writer away although no name is in it.
GIVEAWAY = Cues(
    _english(
        r"as i (\w+ )?(told|said to|mentioned to|wrote to|asked) (you|him|her|them)|as we (discussed|agreed)",
        r"(in|during) our (one-on-one|1:1|one to one|1-on-1)|i (already )?told (you|him|her)",
        r"as (your|his|her) (manager|report|deputy)",
        rf"\d{{1,2}}(st|nd|rd|th)? (of )?({_MONTH}|may)|({_MONTH}|may) \d{{1,2}}(st|nd|rd|th)?(?!\d)",
    ),
    _chinese(
        r"我(上次|之前|曾经|当面|已经)?(跟|和|对|向)(你|您|他|她)(说过|讲过|提过|反映过)|如我(们)?(之前)?所说|咱俩|我俩|作为你的",
        r"(\d{1,2}|[一二三四五六七八九十]{1,3})月(\d{1,2}|[一二三四五六七八九十]{1,3})[日号]",
    ),
)
_NO_ANSWER = re.compile(
    r"\W*(no(thing)?( (comments?|remarks?|more|to (add|say)|further comments?))?|none|n/?a|nil"
    r"|i have no (comments?|suggestions|concerns|further \w+)( for improvement)?"
    r"|same as (before|above|last time)|see above"
    r"|无|没有|暂无|没|同上|无意见|没有意见|没什么(可|要)?(说|补充)的?|不了解|不清楚)\W*",
    re.IGNORECASE,
)
_CANNOT_JUDGE = Cues(
    _english(r"(can ?not|can['’]?t|unable to|hard to|too (early|soon) to) (judge|say|comment|evaluate|assess|tell)"),
    _chinese(r"(无法|不便|难以|不好)(评价|判断|评论)|(接触|合作|共事)(不多|较少|很少)"),
)


def declines(text: str) -> bool:
    """Whether the writer plainly says that there is nothing to say. That is an answer; no hint improves it."""
    return _NO_ANSWER.fullmatch(text.strip()) is not None or (len(text) < 100 and _CANNOT_JUDGE.found(text))
