"""Invented names: common family names and given names, none used twice unless a story says so."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from .draw import words

FAMILY = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾萧田董袁潘蒋蔡余杜叶程苏魏吕丁任沈"
    "姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严戴莫孔向汤"
)
COMPOUND = ("欧阳", "诸葛", "上官", "司马")
MEN = words(
    "建国 志强 国强 文军 海涛 永强 晓东 立新 少华 俊杰 宇航 浩然 子豪 家伟 振华 伟东 德明 长青 一鸣 天佑 "
    "思远 明辉 云飞 小龙 金宝 学文 广平 春生 大伟 新民 卫东 红军 玉林 正阳 凯 磊 鹏 斌 超 勇 杰 飞 峰 辉 亮 "
    "波 宁 毅 坤 锋 帅 旭 阳 晨 凡 昊 岩 博 鑫 智 敬 诚 庆 洪 泽 彬 森 翔 健 雄"
)
WOMEN = words(
    "秀英 丽华 玉兰 桂芳 春梅 海霞 晓燕 雪梅 文静 思思 雨晴 佳怡 梦琪 诗涵 欣悦 小红 美玲 爱华 淑珍 红梅 "
    "婉清 若兰 子涵 亚男 冬梅 丹丹 敏 静 丽 娟 艳 燕 玲 萍 霞 芳 红 梅 莉 婷 雪 琳 慧 颖 洁 倩 薇 璐 瑶 蕊 "
    "菲 怡 欣 妍 岚 珊 晴 露 畅 悦"
)


def fresh_names(rng: Random, taken: set[str]) -> Iterator[tuple[str, str]]:
    """Endless (name, "男"|"女"), each new; one in three is a woman; adds what it gives to `taken`."""
    # commoner family names come first in the list and are drawn more often
    while True:
        pick = int(len(FAMILY) * rng.random() * rng.random())
        family = FAMILY[pick] if rng.random() > 0.008 else rng.choice(COMPOUND)
        sex = "女" if rng.random() < 0.34 else "男"
        name = family + rng.choice(WOMEN if sex == "女" else MEN)
        if name not in taken:
            taken.add(name)
            yield name, sex
