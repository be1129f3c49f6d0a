"""Names for the made-up organisation, in the scripts their owners write them in."""

from __future__ import annotations

import re
import unicodedata

CHINESE_SURNAMES = (
    ("王", "Wang"), ("李", "Li"), ("张", "Zhang"), ("刘", "Liu"), ("陈", "Chen"), ("杨", "Yang"), ("赵", "Zhao"),
    ("黄", "Huang"), ("周", "Zhou"), ("吴", "Wu"), ("徐", "Xu"), ("孙", "Sun"), ("胡", "Hu"), ("朱", "Zhu"),
    ("高", "Gao"), ("林", "Lin"), ("何", "He"), ("郭", "Guo"), ("马", "Ma"), ("罗", "Luo"), ("梁", "Liang"),
    ("宋", "Song"), ("郑", "Zheng"), ("谢", "Xie"), ("韩", "Han"), ("唐", "Tang"), ("冯", "Feng"), ("董", "Dong"),
    ("欧阳", "Ouyang"), ("沈", "Shen"),
)  # fmt: skip
CHINESE_GIVEN = (
    ("梅", "Mei"), ("思远", "Siyuan"), ("雨桐", "Yutong"), ("子轩", "Zixuan"), ("晓敏", "Xiaomin"), ("建国", "Jianguo"),
    ("丽华", "Lihua"), ("志强", "Zhiqiang"), ("静怡", "Jingyi"), ("浩然", "Haoran"), ("欣悦", "Xinyue"), ("明", "Ming"),
    ("佳宁", "Jianing"), ("文博", "Wenbo"), ("秀英", "Xiuying"), ("天宇", "Tianyu"), ("婷", "Ting"), ("俊杰", "Junjie"),
    ("若溪", "Ruoxi"), ("国栋", "Guodong"), ("海燕", "Haiyan"), ("一凡", "Yifan"), ("慧", "Hui"), ("嘉豪", "Jiahao"),
    ("雪", "Xue"), ("泽宇", "Zeyu"), ("晨曦", "Chenxi"), ("立群", "Liqun"), ("诗涵", "Shihan"), ("磊", "Lei"),
)  # fmt: skip
ENGLISH_GIVEN = (
    "Oliver", "Amelia", "Priya", "James", "Zoë", "Kwame", "Hannah", "Tomasz", "Niamh", "Daniel", "Sofía", "Ravi",
    "Charlotte", "Marcus", "Aisha", "Liam", "Ingrid", "Samuel", "Beatriz", "Callum", "Grace", "Yusuf", "Eleanor",
    "Mateo", "Chloé", "Ben", "Leïla", "Harriet", "Owen", "Nia", "Łukasz", "Freya",
)  # fmt: skip
ENGLISH_SURNAMES = (
    "Baker", "O'Connor", "Patel", "Walsh", "Nowak", "Mensah", "García", "Hughes", "Okafor", "van Dijk", "Sharma",
    "Fitzgerald", "Brown", "Lindqvist", "Campbell", "Haddad", "Müller", "Evans", "Rossi", "Kowalski", "Bennett",
    "Costa", "Ahmed", "Fraser", "de Vries", "Johnson", "Reid", "Novák", "Turner", "Achebe", "Smith-Jones", "Moreau",
)  # fmt: skip


def ascii_handle(name: str) -> str:
    """A Slack name and the local part of an e-mail: "Zoë O'Connor" → "zoe.oconnor"."""
    bare = unicodedata.normalize("NFKD", name.replace("ł", "l").replace("Ł", "L")).encode("ascii", "ignore").decode()
    first, _, last = bare.partition(" ")
    return f"{first}.{re.sub(r'[^A-Za-z-]', '', last)}".lower()
