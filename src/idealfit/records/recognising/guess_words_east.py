"""The words of headers and file names in Japanese and Chinese, as `guess_words_abroad` has those of Europe."""

from __future__ import annotations

_COMPANY_ID = "取引先id 取引先コード 取引先番号 顧客id 顧客番号 顧客コード 会社id 企業id 客户id 客户编号 公司id"
_COMPANY_NAME = "会社名 企業名 取引先名 顧客名 法人名 得意先名 公司名称 客户名称 企业名称 公司名 公司"
_DOMAIN = "ウェブサイト webサイト ホームページ ドメイン 网站 网址 官网 域名"
_INDUSTRY = "業種 業界 行业 所属行业"
_COUNTRY = "国 国名 国家"
_CREATED = "作成日 作成日時 登録日 登録日時 创建日期 创建时间"
_AMOUNT = "金額 商談金額 受注金額 金额 商机金额 合同金额"
_CURRENCY = "通貨 币种 货币"
_OWNER = "担当者 所有者 负责人 所有人"
_SOURCE = "リードソース 流入元 线索来源 客户来源"
_LINK = {"account_id": _COMPANY_ID, "account_name": _COMPANY_NAME, "account_domain": _DOMAIN}

WORDS_EAST: dict[str, dict[str, str]] = {
    "accounts": {
        "account_id": _COMPANY_ID,
        "name": _COMPANY_NAME,
        "domain": _DOMAIN,
        "industry": _INDUSTRY,
        "employees": "従業員数 社員数 员工人数 员工数 员工数量 人员规模",
        "revenue": "売上高 年間売上 年商 年营业额 营业额 年收入 年销售额",
        "country": _COUNTRY,
        "region": "地域 地区",
        "city": "市区町村 城市",
        "founded_year": "設立年 成立年份",
        "owner_id": _OWNER,
    },
    "deals": {
        **_LINK,
        "deal_id": "商談id 商談番号 案件id 案件番号 商机id 商机编号",
        "name": "商談名 案件名 商机名称",
        "created_at": _CREATED,
        "closed_at": "完了日 完了予定日 クローズ日 关闭日期 结束日期 成交日期 预计成交日期",
        "stage": "フェーズ ステージ 商談フェーズ 商談ステージ 阶段 销售阶段 商机阶段",
        "outcome": "結果 商談結果 结果 商机结果",
        "amount": _AMOUNT,
        "currency": _CURRENCY,
        "source": _SOURCE,
        "owner_id": _OWNER,
        "loss_reason": "失注理由 输单原因 丢单原因",
    },
    "invoices": {
        **_LINK,
        "invoice_id": "請求書番号 請求番号 发票号 发票号码",
        "issued_at": "請求日 発行日 开票日期",
        "amount": _AMOUNT,
        "currency": _CURRENCY,
    },
    "leads": {**_LINK, "created_at": _CREATED, "source": _SOURCE, "industry": _INDUSTRY, "country": _COUNTRY},
}
"""For each table the words that come last."""

FILES_EAST: dict[str, str] = {
    "accounts": "取引先 取引先企業 顧客 顧客一覧 会社 企業 客户 客户列表 公司",
    "deals": "商談 商談一覧 案件 商机 销售机会",
    "invoices": "請求書 請求 发票",
    "contacts": "取引先責任者 連絡先 联系人",
}
