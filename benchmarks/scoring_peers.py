"""The same scoring as users of pandas, polars, scikit-learn and rule-engine would write it; run by `scoring.py`.

Each script finds `folder`, `out` and `day`, and writes the total score of every account: 20 criteria in 5 layers, of
which eight count dated events. What is unknown counts a quarter, as in the profile; points do not fade here, which
spares the peers some work.
"""

from __future__ import annotations

_SHARED = """
LAYERS = {
    "firmographic": (35, {"size": 14, "industry": 10, "country": 6, "revenue": 8, "age": 4, "private": 3}),
    "technographic": (20, {"okta": 9, "cloud": 7, "data": 5, "crm": 2}),
    "situational": (25, {"funded": 12, "hiring": 8, "leader": 6, "audit": 5}),
    "behavioral": (15, {"demo": 15, "pricing": 9, "visits": 5, "webinar": 3}),
    "need": (5, {"stage": 6, "settled": 4}),
}
EVENTS = {
    "funded": ("funding_round", 180, 1), "hiring": ("hiring", 90, 2), "leader": ("leadership_change", 365, 1),
    "audit": ("audit", 365, 1), "demo": ("demo_request", 30, 1), "pricing": ("pricing_page", 60, 2),
    "visits": ("visit", 90, 3), "webinar": ("webinar", 365, 1),
}
"""
_PANDAS = """
import pandas as pd
def facts():
    a = pd.read_parquet(folder / "accounts.parquet")
    e = pd.read_parquet(folder / "events.parquet")
    found = pd.DataFrame(index=a.index)
    def known(test, column):
        return test.astype("float").where(column.notna(), 0.25)
    found["size"] = known(a.employees.between(100, 1000), a.employees)
    found["industry"] = known(a.industry.isin(["Software", "Banking", "Insurance"]), a.industry)
    found["country"] = known(a.country.isin(["DE", "FR", "NL", "AT"]), a.country)
    found["revenue"] = known(a.revenue >= 20_000_000, a.revenue)
    found["age"] = known(a.founded_year >= 2005, a.founded_year)
    found["private"] = known(a.ownership == "private", a.ownership)
    tech = a.tech.map(lambda tools: frozenset(tools) if tools is not None else frozenset())
    for name, tools in (("okta", {"okta"}), ("cloud", {"aws", "azure"}), ("data", {"snowflake"}),
                        ("crm", {"hubspot", "salesforce"})):
        found[name] = tech.map(lambda own, tools=tools: float(bool(own & tools)) if own else 0.25)
    age = (pd.Timestamp(day) - e.occurred_at.dt.normalize()).dt.days
    for name, (kind, within, least) in EVENTS.items():
        counts = e[(e.event_type == kind) & (age >= 0) & (age < within)].groupby("account_id").size()
        found[name] = (a.account_id.map(counts).fillna(0) >= least).astype("float")
    found["stage"] = known(a.funding_stage.isin(["series_b", "series_c"]), a.funding_stage)
    found["settled"] = known(a.founded_year.between(1990, 2015), a.founded_year)
    return a, found
"""
PEERS = {
    "pandas": _SHARED
    + _PANDAS
    + """
a, found = facts()
total, best = 0, {}
for layer, (weight, points) in LAYERS.items():
    value = sum(found[name] * size for name, size in points.items()) / sum(points.values())
    a[layer] = value
    total = total + weight * value
gains = pd.DataFrame({name: (found[name] == 1) * size * weight for weight, points in LAYERS.values()
                      for name, size in points.items()})
order = gains.to_numpy().argsort(axis=1)[:, ::-1][:, :3]
for at in range(3):
    a[f"reason_{at + 1}"] = gains.columns.to_numpy()[order[:, at]]
a["score"] = total.round(1)
a[["account_id", "score", *LAYERS, "reason_1", "reason_2", "reason_3"]].to_parquet(out / "pandas.parquet")
""",
    "polars": _SHARED
    + """
import polars as pl
a, e = pl.scan_parquet(folder / "accounts.parquet"), pl.scan_parquet(folder / "events.parquet")
age = (pl.lit(day) - pl.col("occurred_at").dt.date()).dt.total_days()
news = e.group_by("account_id").agg(
    ((pl.col("event_type") == kind) & (age >= 0) & (age < within)).sum().alias(f"n_{name}")
    for name, (kind, within, _least) in EVENTS.items())
def has(*tools):
    return pl.any_horizontal(pl.col("tech").list.contains(tool) for tool in tools)
c = pl.col
tests = {
    "size": c("employees").is_between(100, 1000), "industry": c("industry").is_in(["Software", "Banking", "Insurance"]),
    "country": c("country").is_in(["DE", "FR", "NL", "AT"]), "revenue": c("revenue") >= 20_000_000,
    "age": c("founded_year") >= 2005, "private": c("ownership") == "private", "okta": has("okta"),
    "cloud": has("aws", "azure"), "data": has("snowflake"), "crm": has("hubspot", "salesforce"),
    **{name: c(f"n_{name}").fill_null(0) >= least for name, (_kind, _within, least) in EVENTS.items()},
    "stage": c("funding_stage").is_in(["series_b", "series_c"]), "settled": c("founded_year").is_between(1990, 2015),
}
states = a.join(news, on="account_id", how="left").select(
    "account_id", *(test.cast(pl.Float64).fill_null(0.25).alias(f"is_{name}") for name, test in tests.items()))
valued = states.with_columns(
    (sum(c(f"is_{name}") * size for name, size in points.items()) / sum(points.values())).alias(layer)
    for layer, (_weight, points) in LAYERS.items())
ranked = sorted(((weight * size, name) for weight, points in LAYERS.values() for name, size in points.items()),
                reverse=True)
reasons = pl.concat_list([pl.when(c(f"is_{name}") == 1).then(pl.lit(name)) for _gain, name in ranked]).list.drop_nulls()
total = sum(weight * c(layer) for layer, (weight, _) in LAYERS.items()).round(1)
valued.select("account_id", *LAYERS, total.alias("score"),
              reasons.list.head(3).alias("reasons")).sink_parquet(out / "polars.parquet")
""",
    "scikit-learn": _SHARED
    + _PANDAS
    + """
import numpy as np
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
a, found = facts()
weights = [weight * size / sum(points.values()) for weight, points in LAYERS.values() for size in points.values()]
begin = found.head(2000)
model = make_pipeline(FunctionTransformer(), StandardScaler(), LinearRegression())
model.fit(begin, begin.to_numpy() @ np.array(weights))
a["score"] = model.predict(found).round(1)
a[["account_id", "score"]].to_parquet(out / "sklearn.parquet")
""",
    "rule-engine": _SHARED
    + """
import duckdb
import rule_engine
con = duckdb.connect()
counts = ", ".join(f"count(*) FILTER (event_type = '{kind}' AND date_diff('day', occurred_at::DATE, DATE '{day}') "
                   f"BETWEEN 0 AND {within - 1}) AS n_{name}" for name, (kind, within, _least) in EVENTS.items())
found = con.execute(f"SELECT a.*, n.* EXCLUDE (account_id) FROM '{folder}/accounts.parquet' AS a LEFT JOIN ("
                    f"SELECT account_id, {counts} FROM '{folder}/events.parquet' GROUP BY account_id) AS n "
                    "USING (account_id)")
names = [column[0] for column in found.description]
said = {
    "size": "employees != null and employees >= 100 and employees <= 1000",
    "revenue": "revenue != null and revenue >= 20000000",
    "industry": "industry in ['Software', 'Banking', 'Insurance']", "country": "country in ['DE', 'FR', 'NL', 'AT']",
    "age": "founded_year != null and founded_year >= 2005", "private": "ownership == 'private'",
    "okta": "tech != null and 'okta' in tech",
    "cloud": "tech != null and ('aws' in tech or 'azure' in tech)",
    "data": "tech != null and 'snowflake' in tech",
    "crm": "tech != null and ('hubspot' in tech or 'salesforce' in tech)",
    **{name: f"n_{name} != null and n_{name} >= {least}" for name, (_kind, _within, least) in EVENTS.items()},
    "stage": "funding_stage in ['series_b', 'series_c']",
    "settled": "founded_year != null and founded_year >= 1990 and founded_year <= 2015",
}
rules = {name: rule_engine.Rule(text) for name, text in said.items()}
lines = []
while rows := found.fetchmany(5000):
    for values in rows:
        account = dict(zip(names, values, strict=True))
        account["tech"] = None if account["tech"] is None else tuple(account["tech"])
        holds = {name: rule.matches(account) for name, rule in rules.items()}
        total = sum(weight * sum(size for name, size in points.items() if holds[name]) / sum(points.values())
                    for weight, points in LAYERS.values())
        lines.append(f"{account['account_id']},{total:.1f}")
(out / "rules.csv").write_text(chr(10).join(lines))
""",
}
