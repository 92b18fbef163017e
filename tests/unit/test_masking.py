"""What names or reaches a person is taken out of a text before it leaves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.domain.masking import HIDDEN, citizens_words, offices_words

MOBILES = [
    "13800138000",
    "138 0013 8000",
    "138-0013-8000",
    "+86 13800138000",
    "008613800138000",
    "１３８００１３８０００",
]
IDENTITIES = ["41030319900307123X", "41030319900307123x", "410303900307123"]
MAILS = ["li.ming+311@mail.example.cn", "a_b@example.com"]


@pytest.mark.parametrize("secret", [*MOBILES, *IDENTITIES, *MAILS, "0379-63912345", "(0379)63912345", "6391 2345"])
def test_numbers_and_addresses_of_people_are_hidden_in_what_citizens_wrote(secret):
    for text in (f"我的电话{secret}，谢谢", f"联系 {secret}", secret):
        found = citizens_words(text)
        assert HIDDEN in found
        assert secret not in found
        assert sum(char.isdigit() for char in found) <= 2


@pytest.mark.parametrize("secret", ["微信号abc_12345", "微信：wxid-88ab", "QQ 12345", "qq群:54321"])
def test_accounts_are_hidden(secret):
    assert citizens_words(f"请加{secret}")[-len(HIDDEN) :] == HIDDEN


@pytest.mark.parametrize("plate", ["豫C12345", "豫C·A1234", "豫CD12345", "京A 12345"])
def test_number_plates_are_hidden(plate):
    assert citizens_words(f"{plate}堵住出口") == f"{HIDDEN}堵住出口"


def test_what_helps_to_find_the_place_stays():
    text = "春林路12号院3号楼2单元1501，2026年3月10日8点20分起停水"
    assert citizens_words(text) == text


def test_the_name_that_came_with_a_report_is_hidden_in_its_words():
    assert citizens_words("我是张三，找张三即可", "13800138000 张三") == f"我是{HIDDEN}，找{HIDDEN}即可"
    assert citizens_words("Zhang San here", "Zhang San") == f"{HIDDEN} {HIDDEN} here"
    assert citizens_words("三号楼", "三") == "三号楼", "one character is no name"


@pytest.mark.parametrize("secret", [*MOBILES, *IDENTITIES, *MAILS])
def test_an_office_may_not_tell_numbers_of_people(secret):
    assert offices_words(f"已联系{secret}。") == f"已联系{HIDDEN}。"


def test_an_office_may_tell_its_own_number_and_that_of_the_case():
    text = "案件编号XG260310-0001，如有疑问请拨打 0379-63912345 或 12345，受理时间 2026-03-10 12:00。"
    assert offices_words(text) == text


@given(st.text(max_size=40), st.from_regex(r"1[3-9]\d{9}", fullmatch=True, alphabet=st.characters(categories=["Nd"])))
def test_no_mobile_number_survives_whatever_stands_around_it(around, number):
    assert number not in citizens_words(f"{around}{number}{around}")
    assert number not in citizens_words(f"{around} {number}", around)
