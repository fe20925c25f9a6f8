-- Scores by the profile 'Security-conscious software companies', motion 'mid-market-outbound', version c402504924d4, as of 2026-09-30.
-- Made by idealfit from the profile file: change that, and make this again.
-- One row an account. Unknown is NULL and never false; numbers are whole until the last step.
-- Reads of accounts: account_id, employees (number), industry (text), tech (list), ownership (text), country (text).
-- Reads besides: events.
-- Days are those of UTC: SET TIME ZONE 'UTC' where columns have a time zone.
WITH account_read /* What the criteria read, as it is compared: texts folded, numbers to six digits. */ AS (
  SELECT
    account_id,
    CASE
      WHEN ABS(employees) < 1000000000000
      THEN CAST(CAST((
        CAST(FLOOR((
          ABS(employees) * CAST(1000000 AS DOUBLE)
        )) AS BIGINT) + CASE
          WHEN (
            ABS(employees) * CAST(1000000 AS DOUBLE) - FLOOR((
              ABS(employees) * CAST(1000000 AS DOUBLE)
            ))
          ) >= CAST(0.5 AS DOUBLE)
          THEN 1
          ELSE 0
        END
      ) * CASE WHEN employees < 0 THEN (
        -1
      ) ELSE 1 END AS DECIMAL(18, 0)) * CAST(0.000001 AS DECIMAL(7, 6)) AS DECIMAL(18, 6))
    END AS employees,
    LOWER(TRANSLATE(TRIM(BOTH '                　' FROM industry), 'Σİ', 'σi')) AS industry,
    FILTER(
      TRANSFORM(tech, item -> LOWER(TRANSLATE(TRIM(BOTH '                　' FROM item), 'Σİ', 'σi'))),
      item -> NOT item IS NULL
    ) AS tech,
    LOWER(TRANSLATE(TRIM(BOTH '                　' FROM ownership), 'Σİ', 'σi')) AS ownership,
    LOWER(TRANSLATE(TRIM(BOTH '                　' FROM country), 'Σİ', 'σi')) AS country
  FROM accounts
), events_read AS (
  SELECT
    account_id,
    event_type,
    detail,
    CAST(occurred_at AS DATE) AS occurred_at,
    CAST(known_at AS DATE) AS known_at
  FROM events
), event_facts /* Dated events and what buyers did, counted once an account, each in its window. */ AS (
  SELECT
    s.account_id,
    COUNT(*) FILTER(WHERE
      s.event_type = 'funding_round'
      AND s.occurred_on <= CAST('2026-09-30' AS DATE)
      AND COALESCE(s.known_on, s.occurred_on) <= CAST('2026-09-30' AS DATE)
      AND s.occurred_on > CAST('2026-04-03' AS DATE)) AS funding_round_in_180_days,
    COUNT(*) FILTER(WHERE
      (
        NOT COALESCE(s.event_type, '') IN ('pricing_page')
      )
      AND s.occurred_on <= CAST('2026-09-30' AS DATE)
      AND COALESCE(s.known_on, s.occurred_on) <= CAST('2026-09-30' AS DATE)) AS listed_events,
    COUNT(*) FILTER(WHERE
      s.event_type = 'audit'
      AND s.occurred_on > CAST('2026-09-30' AS DATE)
      AND s.occurred_on <= CAST('2026-12-29' AS DATE)
      AND s.known_on <= CAST('2026-09-30' AS DATE)) AS coming_audit_in_90_days,
    COUNT(*) FILTER(WHERE
      s.event_type = 'audit'
      AND s.occurred_on > CAST('2026-09-30' AS DATE)
      AND s.occurred_on <= CAST('2026-12-29' AS DATE)
      AND s.known_on IS NULL) AS unsure_audit_in_90_days,
    COUNT(*) FILTER(WHERE
      s.event_type = 'pricing_page'
      AND s.occurred_on <= CAST('2026-09-30' AS DATE)
      AND COALESCE(s.known_on, s.occurred_on) <= CAST('2026-09-30' AS DATE)
      AND s.occurred_on > CAST('2026-08-01' AS DATE)) AS pricing_page_in_60_days,
    MAX(s.occurred_on) FILTER(WHERE
      s.event_type = 'funding_round'
      AND s.occurred_on <= CAST('2026-09-30' AS DATE)
      AND COALESCE(s.known_on, s.occurred_on) <= CAST('2026-09-30' AS DATE)
      AND s.occurred_on > CAST('2026-04-03' AS DATE)) AS last_funding_round_in_180_days
  FROM (
    SELECT
      account_id,
      LOWER(TRANSLATE(TRIM(BOTH '                　' FROM event_type), 'Σİ', 'σi')) AS event_type,
      LOWER(TRANSLATE(TRIM(BOTH '                　' FROM detail), 'Σİ', 'σi')) AS detail,
      CAST(occurred_at AS DATE) AS occurred_on,
      CAST(known_at AS DATE) AS known_on
    FROM events_read
  ) AS s
  GROUP BY
    s.account_id
), criteria /* Every criterion and exclusion: true, false, or NULL where it is unknown. */ AS (
  SELECT
    account_read.account_id,
    event_facts.last_funding_round_in_180_days,
    account_read.employees BETWEEN 100 AND 500 AS c_size, /* size: 100 to 500 employees */
    account_read.industry IN ('software', 'saas') AS c_software, /* software: industry is Software or SaaS */
    CASE
      WHEN ARRAY_CONTAINS(account_read.tech, 'okta')
      THEN TRUE
      WHEN CASE WHEN NOT account_read.tech IS NULL THEN SIZE(account_read.tech) END > 0
      THEN FALSE
      ELSE CAST(NULL AS BOOLEAN)
    END
    OR CASE
      WHEN ARRAY_CONTAINS(account_read.tech, 'azure ad')
      THEN TRUE
      WHEN CASE WHEN NOT account_read.tech IS NULL THEN SIZE(account_read.tech) END > 0
      THEN FALSE
      ELSE CAST(NULL AS BOOLEAN)
    END AS `c_identity-provider`, /* identity-provider: uses Okta or Azure AD */
    CASE
      WHEN event_facts.funding_round_in_180_days > 0
      THEN event_facts.funding_round_in_180_days
      WHEN event_facts.listed_events > 0
      THEN 0
    END > 0 AS c_funding, /* funding: raised funding in the last 180 days */
    CASE
      WHEN event_facts.coming_audit_in_90_days > 0
      THEN TRUE
      WHEN event_facts.unsure_audit_in_90_days > 0
      THEN CAST(NULL AS BOOLEAN)
      WHEN event_facts.listed_events > 0
      THEN FALSE
      ELSE CAST(NULL AS BOOLEAN)
    END AS c_audit, /* audit: an audit due in the next 90 days */
    CAST(CASE WHEN event_facts.pricing_page_in_60_days > 0 THEN event_facts.pricing_page_in_60_days WHEN TRUE THEN 0 END AS DECIMAL(18, 6)) >= 2 AS c_pricing, /* pricing: at least 2 visits to the pricing page in the last 60 days */
    account_read.ownership IN ('government', 'nonprofit') AS `c_public-sector`, /* public-sector: ownership is government or nonprofit */
    (
      account_read.country = 'kp'
    ) AS c_sanctioned, /* sanctioned: country is KP */
    CAST(NULL AS STRING) AS duplicate_of
  FROM account_read
  LEFT JOIN event_facts
    ON account_read.account_id = event_facts.account_id
), points /* Points left of those that halve with time. */ AS (
  SELECT
    *,
    CASE
      WHEN last_funding_round_in_180_days IS NULL
      THEN 6000
      WHEN last_funding_round_in_180_days > CAST('2026-07-02' AS DATE)
      THEN 6000
      WHEN last_funding_round_in_180_days > CAST('2026-04-03' AS DATE)
      THEN 3000
      ELSE 1500
    END AS points_funding
  FROM criteria
), summed /* What is true and what is unknown of a layer, each summed once where the views follow from these sums. */ AS (
  SELECT
    *,
    CAST((
      CASE WHEN c_size THEN 14000 ELSE 0 END + CASE WHEN c_software THEN 8000 ELSE 0 END
    ) AS BIGINT) AS true_firmographic,
    CAST((
      CASE WHEN c_size IS NULL THEN 14 ELSE 0 END + CASE WHEN c_software IS NULL THEN 8 ELSE 0 END
    ) AS BIGINT) AS unknown_firmographic,
    CAST(CASE WHEN `c_identity-provider` THEN 10000 ELSE 0 END AS BIGINT) AS true_technographic,
    CAST(CASE WHEN `c_identity-provider` IS NULL THEN 10 ELSE 0 END AS BIGINT) AS unknown_technographic,
    CAST(GREATEST(
      CASE WHEN c_funding THEN points_funding WHEN c_funding IS NULL THEN 1500 ELSE 0 END,
      CASE WHEN c_audit THEN 8000 WHEN c_audit IS NULL THEN 2000 ELSE 0 END
    ) AS BIGINT) AS nominal_situational,
    CAST(GREATEST(
      CASE WHEN c_funding THEN points_funding WHEN c_funding IS NULL THEN 0 ELSE 0 END,
      CASE WHEN c_audit THEN 8000 WHEN c_audit IS NULL THEN 0 ELSE 0 END
    ) AS BIGINT) AS low_situational,
    CAST(GREATEST(
      CASE WHEN c_funding THEN points_funding WHEN c_funding IS NULL THEN 6000 ELSE 0 END,
      CASE WHEN c_audit THEN 8000 WHEN c_audit IS NULL THEN 8000 ELSE 0 END
    ) AS BIGINT) AS high_situational,
    CAST((
      CASE WHEN c_funding IS NULL THEN 0 ELSE 6 END + CASE WHEN c_audit IS NULL THEN 0 ELSE 8 END
    ) AS BIGINT) AS known_situational,
    CAST(CASE WHEN c_pricing THEN 5000 ELSE 0 END AS BIGINT) AS true_behavioral,
    CAST(CASE WHEN c_pricing IS NULL THEN 5 ELSE 0 END AS BIGINT) AS unknown_behavioral
  FROM points
), counted /* Points a layer, in thousandths: as known (nominal), with every unknown at its worst and at its best. */ AS (
  SELECT
    *,
    true_firmographic + 250 * unknown_firmographic AS nominal_firmographic,
    true_firmographic AS low_firmographic,
    true_firmographic + 1000 * unknown_firmographic AS high_firmographic,
    22 - unknown_firmographic AS known_firmographic,
    true_technographic + 300 * unknown_technographic AS nominal_technographic,
    true_technographic AS low_technographic,
    true_technographic + 1000 * unknown_technographic AS high_technographic,
    10 - unknown_technographic AS known_technographic,
    true_behavioral + 250 * unknown_behavioral AS nominal_behavioral,
    true_behavioral AS low_behavioral,
    true_behavioral + 1000 * unknown_behavioral AS high_behavioral,
    5 - unknown_behavioral AS known_behavioral
  FROM summed
), layers /* The value of each layer between the least and the most that is possible, in millionths. */ AS (
  SELECT
    *,
    CAST((
      CAST((
        1000000 * nominal_firmographic
      ) AS BIGINT) * 2 + 22000
    ) DIV 44000 AS BIGINT) AS nominal_value_firmographic,
    CAST((
      CAST((
        1000000 * low_firmographic
      ) AS BIGINT) * 2 + 22000
    ) DIV 44000 AS BIGINT) AS low_value_firmographic,
    CAST((
      CAST((
        1000000 * high_firmographic
      ) AS BIGINT) * 2 + 22000
    ) DIV 44000 AS BIGINT) AS high_value_firmographic,
    CAST((
      CAST((
        1000000 * known_firmographic
      ) AS BIGINT) * 2 + 22
    ) DIV 44 AS BIGINT) AS known_value_firmographic,
    CAST((
      CAST((
        1000000 * nominal_technographic
      ) AS BIGINT) * 2 + 10000
    ) DIV 20000 AS BIGINT) AS nominal_value_technographic,
    CAST((
      CAST((
        1000000 * low_technographic
      ) AS BIGINT) * 2 + 10000
    ) DIV 20000 AS BIGINT) AS low_value_technographic,
    CAST((
      CAST((
        1000000 * high_technographic
      ) AS BIGINT) * 2 + 10000
    ) DIV 20000 AS BIGINT) AS high_value_technographic,
    CAST((
      CAST((
        1000000 * known_technographic
      ) AS BIGINT) * 2 + 10
    ) DIV 20 AS BIGINT) AS known_value_technographic,
    CAST((
      CAST((
        1000000 * nominal_situational
      ) AS BIGINT) * 2 + 8000
    ) DIV 16000 AS BIGINT) AS nominal_value_situational,
    CAST((
      CAST((
        1000000 * low_situational
      ) AS BIGINT) * 2 + 8000
    ) DIV 16000 AS BIGINT) AS low_value_situational,
    CAST((
      CAST((
        1000000 * high_situational
      ) AS BIGINT) * 2 + 8000
    ) DIV 16000 AS BIGINT) AS high_value_situational,
    CAST((
      CAST((
        1000000 * known_situational
      ) AS BIGINT) * 2 + 14
    ) DIV 28 AS BIGINT) AS known_value_situational,
    CAST((
      CAST((
        1000000 * nominal_behavioral
      ) AS BIGINT) * 2 + 5000
    ) DIV 10000 AS BIGINT) AS nominal_value_behavioral,
    CAST((
      CAST((
        1000000 * low_behavioral
      ) AS BIGINT) * 2 + 5000
    ) DIV 10000 AS BIGINT) AS low_value_behavioral,
    CAST((
      CAST((
        1000000 * high_behavioral
      ) AS BIGINT) * 2 + 5000
    ) DIV 10000 AS BIGINT) AS high_value_behavioral,
    CAST((
      CAST((
        1000000 * known_behavioral
      ) AS BIGINT) * 2 + 5
    ) DIV 10 AS BIGINT) AS known_value_behavioral
  FROM counted
), axes /* Fit, timing and score in tenths, and what the exclusions say. */ AS (
  SELECT
    *,
    CAST((
      CAST((
        1000 * (
          CAST(35000 AS BIGINT) * nominal_value_firmographic + CAST(25000 AS BIGINT) * nominal_value_technographic
        )
      ) AS BIGINT) * 2 + 60000000000
    ) DIV 120000000000 AS BIGINT) AS fit_tenths,
    CAST((
      CAST((
        1000 * (
          CAST(25000 AS BIGINT) * nominal_value_situational + CAST(15000 AS BIGINT) * nominal_value_behavioral
        )
      ) AS BIGINT) * 2 + 40000000000
    ) DIV 80000000000 AS BIGINT) AS timing_tenths,
    CAST((
      CAST((
        1000 * (
          CAST(35000 AS BIGINT) * nominal_value_firmographic + CAST(25000 AS BIGINT) * nominal_value_technographic + CAST(25000 AS BIGINT) * nominal_value_situational + CAST(15000 AS BIGINT) * nominal_value_behavioral
        )
      ) AS BIGINT) * 2 + 100000000000
    ) DIV 200000000000 AS BIGINT) AS score_tenths,
    CAST((
      CAST((
        1000 * (
          CAST(35000 AS BIGINT) * low_value_firmographic + CAST(25000 AS BIGINT) * low_value_technographic + CAST(25000 AS BIGINT) * low_value_situational + CAST(15000 AS BIGINT) * low_value_behavioral
        )
      ) AS BIGINT) * 2 + 100000000000
    ) DIV 200000000000 AS BIGINT) AS low_tenths,
    CAST((
      CAST((
        1000 * (
          CAST(35000 AS BIGINT) * high_value_firmographic + CAST(25000 AS BIGINT) * high_value_technographic + CAST(25000 AS BIGINT) * high_value_situational + CAST(15000 AS BIGINT) * high_value_behavioral
        )
      ) AS BIGINT) * 2 + 100000000000
    ) DIV 200000000000 AS BIGINT) AS high_tenths,
    CAST((
      CAST((
        1000 * (
          CAST(35000 AS BIGINT) * low_value_firmographic + CAST(25000 AS BIGINT) * low_value_technographic
        )
      ) AS BIGINT) * 2 + 60000000000
    ) DIV 120000000000 AS BIGINT) AS tier_low_tenths,
    CAST((
      CAST((
        1000 * (
          CAST(35000 AS BIGINT) * high_value_firmographic + CAST(25000 AS BIGINT) * high_value_technographic
        )
      ) AS BIGINT) * 2 + 60000000000
    ) DIV 120000000000 AS BIGINT) AS tier_high_tenths,
    CAST((
      CAST((
        1000 * (
          CAST(35000 AS BIGINT) * known_value_firmographic + CAST(25000 AS BIGINT) * known_value_technographic
        )
      ) AS BIGINT) * 2 + 60000000000
    ) DIV 120000000000 AS BIGINT) AS known_thousandths,
    COALESCE(`c_public-sector`, FALSE) OR COALESCE(c_sanctioned, FALSE) AS is_excluded,
    FALSE AS is_capped,
    (
      NOT c_funding IS NULL
    ) OR (
      NOT c_audit IS NULL
    ) OR (
      NOT c_pricing IS NULL
    ) AS timing_known
  FROM layers
), tiers /* The tier of the value, and of the lowest and the highest that it could be. */ AS (
  SELECT
    *,
    CASE
      WHEN fit_tenths IS NULL
      THEN 'unknown'
      WHEN is_capped OR fit_tenths < 500
      THEN 'C'
      WHEN fit_tenths >= 800
      THEN 'A'
      ELSE 'B'
    END AS nominal_tier,
    CASE
      WHEN tier_low_tenths IS NULL
      THEN 'unknown'
      WHEN is_capped OR tier_low_tenths < 500
      THEN 'C'
      WHEN tier_low_tenths >= 800
      THEN 'A'
      ELSE 'B'
    END AS low_tier,
    CASE
      WHEN tier_high_tenths IS NULL
      THEN 'unknown'
      WHEN is_capped OR tier_high_tenths < 500
      THEN 'C'
      WHEN tier_high_tenths >= 800
      THEN 'A'
      ELSE 'B'
    END AS high_tier
  FROM axes
), words /* Tier, range and timing as they are shown. */ AS (
  SELECT
    *,
    CASE
      WHEN is_excluded
      THEN 'excluded'
      WHEN known_thousandths < 400 AND low_tier <> high_tier
      THEN 'unknown'
      ELSE nominal_tier
    END AS tier,
    CASE WHEN is_excluded THEN 'excluded' ELSE low_tier END AS tier_low,
    CASE WHEN is_excluded THEN 'excluded' ELSE high_tier END AS tier_high,
    CASE
      WHEN timing_tenths IS NULL OR (
        NOT timing_known
      )
      THEN 'unknown'
      WHEN timing_tenths >= 600
      THEN 'now'
      WHEN timing_tenths >= 300
      THEN 'soon'
      ELSE 'later'
    END AS timing_band
  FROM tiers
), marked /* The criteria that are true, as bits: the lowest is the one that can add most. */ AS (
  SELECT
    *,
    (
      CASE WHEN c_size THEN CAST(1 AS BIGINT) ELSE 0 END + CASE WHEN c_software THEN CAST(2 AS BIGINT) ELSE 0 END + CASE WHEN `c_identity-provider` THEN CAST(4 AS BIGINT) ELSE 0 END + CASE WHEN c_audit THEN CAST(8 AS BIGINT) ELSE 0 END + CASE WHEN c_funding THEN CAST(16 AS BIGINT) ELSE 0 END + CASE WHEN c_pricing THEN CAST(32 AS BIGINT) ELSE 0 END
    ) AS mark_1
  FROM words
), marked_2 AS (
  SELECT
    *,
    mark_1 & (
      mark_1 - 1
    ) AS mark_2
  FROM marked
), marked_3 AS (
  SELECT
    *,
    mark_2 & (
      mark_2 - 1
    ) AS mark_3
  FROM marked_2
)
SELECT
  account_id,
  tier,
  tier_low,
  tier_high,
  CAST(score_tenths AS DOUBLE) / 10 AS score,
  CAST(low_tenths AS DOUBLE) / 10 AS low,
  CAST(high_tenths AS DOUBLE) / 10 AS high,
  CAST(fit_tenths AS DOUBLE) / 10 AS fit,
  CAST(timing_tenths AS DOUBLE) / 10 AS timing,
  timing_band,
  CASE WHEN tier IN ('excluded', 'unknown') THEN tier ELSE tier || '-' || timing_band END AS priority,
  CAST(known_thousandths AS DOUBLE) / 1000 AS completeness,
  CAST(CAST((
    CAST((
      100 * (
        1000000 + 4 * nominal_value_firmographic
      )
    ) AS BIGINT) * 2 + 1000000
  ) DIV 2000000 AS BIGINT) AS DOUBLE) / 100 AS firmographic_score,
  CAST(CAST((
    CAST((
      100 * (
        1000000 + 4 * nominal_value_technographic
      )
    ) AS BIGINT) * 2 + 1000000
  ) DIV 2000000 AS BIGINT) AS DOUBLE) / 100 AS technographic_score,
  CAST(CAST((
    CAST((
      100 * (
        1000000 + 4 * nominal_value_situational
      )
    ) AS BIGINT) * 2 + 1000000
  ) DIV 2000000 AS BIGINT) AS DOUBLE) / 100 AS situational_score,
  CAST(CAST((
    CAST((
      100 * (
        1000000 + 4 * nominal_value_behavioral
      )
    ) AS BIGINT) * 2 + 1000000
  ) DIV 2000000 AS BIGINT) AS DOUBLE) / 100 AS behavioral_score,
  CAST(NULL AS DOUBLE) AS authority_score,
  CAST(NULL AS DOUBLE) AS need_score,
  CAST(NULL AS DOUBLE) AS value_score,
  ARRAY_COMPACT(ARRAY(CASE WHEN `c_public-sector` THEN 'public-sector' END, CASE WHEN c_sanctioned THEN 'sanctioned' END)) AS excluded_by,
  (
    '[' || TRIM(TRAILING ',' FROM (
      CASE
        WHEN `c_public-sector`
        THEN '{"id":"public-sector","layer":"exclusion","state":"true","points":0.0},'
        ELSE ''
      END || CASE WHEN c_sanctioned THEN '{"id":"sanctioned","layer":"exclusion","state":"true","points":0.0},' ELSE '' END || CASE
        WHEN c_size IS NULL
        THEN '{"id":"size","layer":"firmographic","state":"unknown","points":3.5},'
        WHEN c_size
        THEN '{"id":"size","layer":"firmographic","state":"true","points":14.0},'
        ELSE '{"id":"size","layer":"firmographic","state":"false","points":0.0},'
      END || CASE
        WHEN c_software IS NULL
        THEN '{"id":"software","layer":"firmographic","state":"unknown","points":2.0},'
        WHEN c_software
        THEN '{"id":"software","layer":"firmographic","state":"true","points":8.0},'
        ELSE '{"id":"software","layer":"firmographic","state":"false","points":0.0},'
      END || CASE
        WHEN `c_identity-provider` IS NULL
        THEN '{"id":"identity-provider","layer":"technographic","state":"unknown","points":3.0},'
        WHEN `c_identity-provider`
        THEN '{"id":"identity-provider","layer":"technographic","state":"true","points":10.0},'
        ELSE '{"id":"identity-provider","layer":"technographic","state":"false","points":0.0},'
      END || CASE
        WHEN c_audit IS NULL
        THEN '{"id":"audit","layer":"situational","state":"unknown","points":2.0},'
        WHEN c_audit
        THEN '{"id":"audit","layer":"situational","state":"true","points":8.0},'
        ELSE '{"id":"audit","layer":"situational","state":"false","points":0.0},'
      END || CASE
        WHEN c_funding IS NULL
        THEN '{"id":"funding","layer":"situational","state":"unknown","points":1.5},'
        WHEN c_funding AND points_funding = 6000
        THEN '{"id":"funding","layer":"situational","state":"true","points":6.0},'
        WHEN c_funding AND points_funding = 3000
        THEN '{"id":"funding","layer":"situational","state":"true","points":3.0},'
        WHEN c_funding AND points_funding = 1500
        THEN '{"id":"funding","layer":"situational","state":"true","points":1.5},'
        ELSE '{"id":"funding","layer":"situational","state":"false","points":0.0},'
      END || CASE
        WHEN c_pricing IS NULL
        THEN '{"id":"pricing","layer":"behavioral","state":"unknown","points":1.25},'
        WHEN c_pricing
        THEN '{"id":"pricing","layer":"behavioral","state":"true","points":5.0},'
        ELSE '{"id":"pricing","layer":"behavioral","state":"false","points":0.0},'
      END || CASE
        WHEN `c_public-sector` IS NULL
        THEN '{"id":"public-sector","layer":"exclusion","state":"unknown","points":0.0},'
        ELSE ''
      END || CASE
        WHEN c_sanctioned IS NULL
        THEN '{"id":"sanctioned","layer":"exclusion","state":"unknown","points":0.0},'
        ELSE ''
      END
    )) || ']'
  ) AS reasons,
  CAST('2026-09-30' AS DATE) AS as_of,
  'c402504924d4' AS profile_version,
  duplicate_of,
  CASE (
      mark_1 & (
        -mark_1
      )
    )
    WHEN 1
    THEN 'size'
    WHEN 2
    THEN 'software'
    WHEN 4
    THEN 'identity-provider'
    WHEN 8
    THEN 'audit'
    WHEN 16
    THEN 'funding'
    WHEN 32
    THEN 'pricing'
  END AS reason_1,
  CASE (
      mark_2 & (
        -mark_2
      )
    )
    WHEN 1
    THEN 'size'
    WHEN 2
    THEN 'software'
    WHEN 4
    THEN 'identity-provider'
    WHEN 8
    THEN 'audit'
    WHEN 16
    THEN 'funding'
    WHEN 32
    THEN 'pricing'
  END AS reason_2,
  CASE (
      mark_3 & (
        -mark_3
      )
    )
    WHEN 1
    THEN 'size'
    WHEN 2
    THEN 'software'
    WHEN 4
    THEN 'identity-provider'
    WHEN 8
    THEN 'audit'
    WHEN 16
    THEN 'funding'
    WHEN 32
    THEN 'pricing'
  END AS reason_3
FROM marked_3
