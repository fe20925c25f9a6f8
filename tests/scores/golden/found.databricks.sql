-- Scores by the profile 'Found in deals', motion 'main', version 0ba9d547b693, as of 2026-03-01.
-- Made by idealfit from the profile file: change that, and make this again.
-- One row an account. Unknown is NULL and never false; numbers are whole until the last step.
-- Reads of accounts: account_id, employees (number), industry (text), ownership (text).
-- Reads besides: events, leads.
-- Days are those of UTC: SET TIME ZONE 'UTC' where columns have a time zone.
WITH account_read /* What the criteria read, as it is compared: texts folded, numbers to six digits. */ AS (
  SELECT
    account_id,
    duplicate_of,
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
    LOWER(TRANSLATE(TRIM(BOTH '                　' FROM ownership), 'Σİ', 'σi')) AS ownership
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
      AND s.occurred_on <= CAST('2026-03-01' AS DATE)
      AND COALESCE(s.known_on, s.occurred_on) <= CAST('2026-03-01' AS DATE)
      AND s.occurred_on > CAST('2026-01-30' AS DATE)) AS funding_round_in_30_days,
    COUNT(*) FILTER(WHERE
      TRUE
      AND s.occurred_on <= CAST('2026-03-01' AS DATE)
      AND COALESCE(s.known_on, s.occurred_on) <= CAST('2026-03-01' AS DATE)) AS listed_events,
    MAX(s.occurred_on) FILTER(WHERE
      s.event_type = 'funding_round'
      AND s.occurred_on <= CAST('2026-03-01' AS DATE)
      AND COALESCE(s.known_on, s.occurred_on) <= CAST('2026-03-01' AS DATE)
      AND s.occurred_on > CAST('2026-01-30' AS DATE)) AS last_funding_round_in_30_days
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
    event_facts.last_funding_round_in_30_days,
    account_read.employees BETWEEN 100 AND 500 AS c_size, /* size: 100 to 500 employees */
    account_read.industry LIKE '%sa_s%' ESCAPE '\\' AS c_kind, /* kind: industry contains 'sa…s' */
    CASE
      WHEN event_facts.funding_round_in_30_days > 0
      THEN event_facts.funding_round_in_30_days
      WHEN event_facts.listed_events > 0
      THEN 0
    END > 0 AS c_funded, /* funded: raised funding in the last 30 days */
    account_read.ownership = 'state' AS c_public, /* public: ownership is state */
    account_read.duplicate_of
  FROM account_read
  LEFT JOIN event_facts
    ON account_read.account_id = event_facts.account_id
), lines /* A merged duplicate has the answers of the account that it was merged into. */ AS (
  SELECT
    account_id,
    duplicate_of,
    CASE
      WHEN MAX(CASE WHEN (
        duplicate_of IS NULL
      ) AND (
        NOT account_id IS NULL
      ) THEN TRUE END) OVER (PARTITION BY merger)
      THEN MAX(CASE WHEN (
        duplicate_of IS NULL
      ) AND (
        NOT account_id IS NULL
      ) THEN last_funding_round_in_30_days END) OVER (PARTITION BY merger)
      ELSE last_funding_round_in_30_days
    END AS last_funding_round_in_30_days,
    CASE
      WHEN MAX(CASE WHEN (
        duplicate_of IS NULL
      ) AND (
        NOT account_id IS NULL
      ) THEN TRUE END) OVER (PARTITION BY merger)
      THEN MAX(CASE WHEN (
        duplicate_of IS NULL
      ) AND (
        NOT account_id IS NULL
      ) THEN c_size END) OVER (PARTITION BY merger)
      ELSE c_size
    END AS c_size,
    CASE
      WHEN MAX(CASE WHEN (
        duplicate_of IS NULL
      ) AND (
        NOT account_id IS NULL
      ) THEN TRUE END) OVER (PARTITION BY merger)
      THEN MAX(CASE WHEN (
        duplicate_of IS NULL
      ) AND (
        NOT account_id IS NULL
      ) THEN c_kind END) OVER (PARTITION BY merger)
      ELSE c_kind
    END AS c_kind,
    CASE
      WHEN MAX(CASE WHEN (
        duplicate_of IS NULL
      ) AND (
        NOT account_id IS NULL
      ) THEN TRUE END) OVER (PARTITION BY merger)
      THEN MAX(CASE WHEN (
        duplicate_of IS NULL
      ) AND (
        NOT account_id IS NULL
      ) THEN c_funded END) OVER (PARTITION BY merger)
      ELSE c_funded
    END AS c_funded,
    CASE
      WHEN MAX(CASE WHEN (
        duplicate_of IS NULL
      ) AND (
        NOT account_id IS NULL
      ) THEN TRUE END) OVER (PARTITION BY merger)
      THEN MAX(CASE WHEN (
        duplicate_of IS NULL
      ) AND (
        NOT account_id IS NULL
      ) THEN c_public END) OVER (PARTITION BY merger)
      ELSE c_public
    END AS c_public
  FROM (
    SELECT
      *,
      COALESCE(duplicate_of, account_id) AS merger
    FROM criteria
  ) AS `rows`
), leads_read AS (
  SELECT
    account_id,
    hand_raised,
    CAST(created_at AS DATE) AS created_at,
    CAST(disqualified_at AS DATE) AS disqualified_at
  FROM leads
), hands /* Accounts that asked for somebody in the last 30 days, and were not turned down since. */ AS (
  SELECT DISTINCT
    account_id
  FROM leads_read
  WHERE
    hand_raised
    AND (
      NOT account_id IS NULL
    )
    AND disqualified_at IS NULL
    AND (
      created_at IS NULL
      OR (
        CAST(created_at AS DATE) <= CAST('2026-03-01' AS DATE)
        AND CAST(created_at AS DATE) > CAST('2026-01-30' AS DATE)
      )
    )
), called /* The answers, and who asked for somebody. */ AS (
  SELECT
    s.*,
    (
      NOT h.account_id IS NULL
    ) OR (
      NOT o.account_id IS NULL
    ) AS hand_raised
  FROM lines AS s
  LEFT JOIN hands AS h
    ON s.account_id = h.account_id
  LEFT JOIN hands AS o
    ON COALESCE(s.duplicate_of, s.account_id) = o.account_id
), points /* Points left of those that halve with time. */ AS (
  SELECT
    *,
    CASE
      WHEN last_funding_round_in_30_days IS NULL
      THEN 8000
      WHEN last_funding_round_in_30_days > CAST('2026-02-22' AS DATE)
      THEN 8000
      WHEN last_funding_round_in_30_days > CAST('2026-02-15' AS DATE)
      THEN 4000
      WHEN last_funding_round_in_30_days > CAST('2026-02-08' AS DATE)
      THEN 2000
      WHEN last_funding_round_in_30_days > CAST('2026-02-01' AS DATE)
      THEN 1000
      ELSE 500
    END AS points_funded
  FROM called
), summed /* What is true and what is unknown of a layer, each summed once where the views follow from these sums. */ AS (
  SELECT
    *,
    CAST((
      CASE WHEN c_size THEN 14000 ELSE 0 END + CASE WHEN c_kind THEN 6000 ELSE 0 END
    ) AS BIGINT) AS true_firmographic,
    CAST((
      CASE WHEN c_size IS NULL THEN 14 ELSE 0 END + CASE WHEN c_kind IS NULL THEN 6 ELSE 0 END
    ) AS BIGINT) AS unknown_firmographic,
    CAST((
      CASE WHEN c_size IS NULL THEN 4200 ELSE 0 END + CASE WHEN c_kind IS NULL THEN 1500 ELSE 0 END
    ) AS BIGINT) AS rated_firmographic,
    CAST(CASE WHEN c_funded THEN points_funded ELSE 0 END AS BIGINT) AS true_situational,
    CAST(CASE WHEN c_funded IS NULL THEN 8 ELSE 0 END AS BIGINT) AS unknown_situational
  FROM points
), counted /* Points a layer, in thousandths: as known (nominal), with every unknown at its worst and at its best. */ AS (
  SELECT
    *,
    true_firmographic + rated_firmographic AS nominal_firmographic,
    true_firmographic AS low_firmographic,
    true_firmographic + 1000 * unknown_firmographic AS high_firmographic,
    20 - unknown_firmographic AS known_firmographic,
    true_situational + 250 * unknown_situational AS nominal_situational,
    true_situational AS low_situational,
    true_situational + 1000 * unknown_situational AS high_situational,
    8 - unknown_situational AS known_situational
  FROM summed
), layers /* The value of each layer between the least and the most that is possible, in millionths. */ AS (
  SELECT
    *,
    CAST((
      CAST((
        1000000 * nominal_firmographic
      ) AS BIGINT) * 2 + 20000
    ) DIV 40000 AS BIGINT) AS nominal_value_firmographic,
    CAST((
      CAST((
        1000000 * low_firmographic
      ) AS BIGINT) * 2 + 20000
    ) DIV 40000 AS BIGINT) AS low_value_firmographic,
    CAST((
      CAST((
        1000000 * high_firmographic
      ) AS BIGINT) * 2 + 20000
    ) DIV 40000 AS BIGINT) AS high_value_firmographic,
    CAST((
      CAST((
        1000000 * known_firmographic
      ) AS BIGINT) * 2 + 20
    ) DIV 40 AS BIGINT) AS known_value_firmographic,
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
      ) AS BIGINT) * 2 + 8
    ) DIV 16 AS BIGINT) AS known_value_situational
  FROM counted
), axes /* Fit, timing and score in tenths, and what the exclusions say. */ AS (
  SELECT
    *,
    CAST((
      CAST((
        1000 * (
          CAST(35000 AS BIGINT) * nominal_value_firmographic
        )
      ) AS BIGINT) * 2 + 35000000000
    ) DIV 70000000000 AS BIGINT) AS fit_tenths,
    CAST((
      CAST((
        1000 * (
          CAST(25000 AS BIGINT) * nominal_value_situational
        )
      ) AS BIGINT) * 2 + 25000000000
    ) DIV 50000000000 AS BIGINT) AS timing_tenths,
    CAST((
      CAST((
        1000 * (
          CAST(35000 AS BIGINT) * nominal_value_firmographic + CAST(25000 AS BIGINT) * nominal_value_situational
        )
      ) AS BIGINT) * 2 + 60000000000
    ) DIV 120000000000 AS BIGINT) AS score_tenths,
    CAST((
      CAST((
        1000 * (
          CAST(35000 AS BIGINT) * low_value_firmographic + CAST(25000 AS BIGINT) * low_value_situational
        )
      ) AS BIGINT) * 2 + 60000000000
    ) DIV 120000000000 AS BIGINT) AS low_tenths,
    CAST((
      CAST((
        1000 * (
          CAST(35000 AS BIGINT) * high_value_firmographic + CAST(25000 AS BIGINT) * high_value_situational
        )
      ) AS BIGINT) * 2 + 60000000000
    ) DIV 120000000000 AS BIGINT) AS high_tenths,
    CAST((
      CAST((
        1000 * (
          CAST(35000 AS BIGINT) * low_value_firmographic
        )
      ) AS BIGINT) * 2 + 35000000000
    ) DIV 70000000000 AS BIGINT) AS tier_low_tenths,
    CAST((
      CAST((
        1000 * (
          CAST(35000 AS BIGINT) * high_value_firmographic
        )
      ) AS BIGINT) * 2 + 35000000000
    ) DIV 70000000000 AS BIGINT) AS tier_high_tenths,
    CAST((
      CAST((
        1000 * (
          CAST(35000 AS BIGINT) * known_value_firmographic
        )
      ) AS BIGINT) * 2 + 35000000000
    ) DIV 70000000000 AS BIGINT) AS known_thousandths,
    COALESCE(c_public, FALSE) AS is_excluded,
    FALSE AS is_capped,
    (
      NOT c_funded IS NULL
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
      CASE WHEN c_size THEN CAST(1 AS BIGINT) ELSE 0 END + CASE WHEN c_kind THEN CAST(2 AS BIGINT) ELSE 0 END + CASE WHEN c_funded THEN CAST(4 AS BIGINT) ELSE 0 END
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
), scored /* The scores, with every criterion. */ AS (
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
    CAST(NULL AS DOUBLE) AS technographic_score,
    CAST(CAST((
      CAST((
        100 * (
          1000000 + 4 * nominal_value_situational
        )
      ) AS BIGINT) * 2 + 1000000
    ) DIV 2000000 AS BIGINT) AS DOUBLE) / 100 AS situational_score,
    CAST(NULL AS DOUBLE) AS behavioral_score,
    CAST(NULL AS DOUBLE) AS authority_score,
    CAST(NULL AS DOUBLE) AS need_score,
    CAST(NULL AS DOUBLE) AS value_score,
    ARRAY_COMPACT(ARRAY(CASE WHEN c_public THEN 'public' END)) AS excluded_by,
    (
      '[' || TRIM(TRAILING ',' FROM (
        CASE WHEN c_public THEN '{"id":"public","layer":"exclusion","state":"true","points":0.0},' ELSE '' END || CASE
          WHEN c_size IS NULL
          THEN '{"id":"size","layer":"firmographic","state":"unknown","points":4.2},'
          WHEN c_size
          THEN '{"id":"size","layer":"firmographic","state":"true","points":14.0},'
          ELSE '{"id":"size","layer":"firmographic","state":"false","points":0.0},'
        END || CASE
          WHEN c_kind IS NULL
          THEN '{"id":"kind","layer":"firmographic","state":"unknown","points":1.5},'
          WHEN c_kind
          THEN '{"id":"kind","layer":"firmographic","state":"true","points":6.0},'
          ELSE '{"id":"kind","layer":"firmographic","state":"false","points":0.0},'
        END || CASE
          WHEN c_funded IS NULL
          THEN '{"id":"funded","layer":"situational","state":"unknown","points":2.0},'
          WHEN c_funded AND points_funded = 8000
          THEN '{"id":"funded","layer":"situational","state":"true","points":8.0},'
          WHEN c_funded AND points_funded = 4000
          THEN '{"id":"funded","layer":"situational","state":"true","points":4.0},'
          WHEN c_funded AND points_funded = 2000
          THEN '{"id":"funded","layer":"situational","state":"true","points":2.0},'
          WHEN c_funded AND points_funded = 1000
          THEN '{"id":"funded","layer":"situational","state":"true","points":1.0},'
          WHEN c_funded AND points_funded = 500
          THEN '{"id":"funded","layer":"situational","state":"true","points":0.5},'
          ELSE '{"id":"funded","layer":"situational","state":"false","points":0.0},'
        END || CASE WHEN c_public IS NULL THEN '{"id":"public","layer":"exclusion","state":"unknown","points":0.0},' ELSE '' END
      )) || ']'
    ) AS reasons,
    CAST('2026-03-01' AS DATE) AS as_of,
    '0ba9d547b693' AS profile_version,
    duplicate_of,
    c_size,
    c_kind,
    c_funded,
    c_public,
    CAST((
      0 + CASE WHEN c_size THEN 80 ELSE 0 END
    ) AS BIGINT) AS card_points,
    CASE
      WHEN is_excluded
      THEN 'excluded'
      WHEN hand_raised
      THEN 'ae-same-day'
      WHEN CAST((
        0 + CASE WHEN c_size THEN 80 ELSE 0 END
      ) AS BIGINT) >= 70
      THEN 'ae-same-day'
      WHEN CAST((
        0 + CASE WHEN c_size THEN 80 ELSE 0 END
      ) AS BIGINT) >= 0
      THEN 'nurture'
      ELSE CAST(NULL AS STRING)
    END AS route,
    CAST((
      0 + CASE WHEN c_size THEN 80 ELSE 0 END
    ) AS BIGINT) + CAST((
      0 + CASE WHEN c_size IS NULL THEN 80 ELSE 0 END
    ) AS BIGINT) AS card_most,
    (
      '[' || CASE
        WHEN c_size
        THEN '{"id":"size","state":"true","points":80,"text":"100 to 500 employees"}'
        WHEN c_size IS NULL
        THEN '{"id":"size","state":"unknown","points":80,"text":"unknown: 100 to 500 employees"}'
        ELSE '{"id":"size","state":"false","points":0,"text":"fewer than 100 or more than 500 employees"}'
      END || ']'
    ) AS card_reasons,
    CASE (
      mark_1 & (
        -mark_1
      )
    ) WHEN 1 THEN 'size' WHEN 2 THEN 'kind' WHEN 4 THEN 'funded' END AS reason_1,
    CASE (
      mark_2 & (
        -mark_2
      )
    ) WHEN 1 THEN 'size' WHEN 2 THEN 'kind' WHEN 4 THEN 'funded' END AS reason_2,
    CASE (
      mark_3 & (
        -mark_3
      )
    ) WHEN 1 THEN 'size' WHEN 2 THEN 'kind' WHEN 4 THEN 'funded' END AS reason_3
  FROM marked_3
), parted /* The model's sums over criteria: log odds of winning, log of contract value, margin, leaving and growth. */ AS (
  SELECT
    *,
    CAST(-2.6 AS DOUBLE) + CASE WHEN c_funded THEN 0.3 WHEN NOT c_funded THEN 0 ELSE 0.075 END + CASE WHEN c_kind THEN -0.4 WHEN NOT c_kind THEN 0 ELSE -0.1 END + CASE WHEN c_size THEN 0.7 WHEN NOT c_size THEN 0 ELSE 0.21 END AS linear,
    CAST(0.4 AS DOUBLE) + CASE WHEN c_size THEN 0.019599999999999996 WHEN NOT c_size THEN 0.0036 ELSE 0.11129999999999997 END AS linear_doubt,
    CAST(0 AS DOUBLE) + CASE WHEN c_size THEN 0.5 WHEN NOT c_size THEN 0 ELSE 0.15 END AS amount,
    CAST(0.05 AS DOUBLE) + CASE WHEN c_size THEN 0.004899999999999999 WHEN NOT c_size THEN 0.0009 ELSE 0.054599999999999996 END AS amount_doubt,
    CAST(0 AS DOUBLE) + CASE WHEN c_kind THEN -0.1 WHEN NOT c_kind THEN 0 ELSE -0.025 END AS margin,
    CAST(0.01 AS DOUBLE) AS margin_doubt,
    CAST(0 AS DOUBLE) AS months,
    CAST(0.02 AS DOUBLE) AS months_doubt,
    CAST(0 AS DOUBLE) + CASE WHEN c_funded THEN 0.05 WHEN NOT c_funded THEN 0 ELSE 0.0125 END AS growth,
    CAST(0.01 AS DOUBLE) AS growth_doubt
  FROM scored
), rated /* The chance of winning; by how much a customer who is won leaves and grows a month. */ AS (
  SELECT
    *,
    1.0 / (
      1.0 + EXP(LEAST(GREATEST(-linear, -100), 100))
    ) AS chance,
    0.02 * EXP(LEAST(GREATEST(months, -100), 100)) AS hazard,
    (
      LN(1.1) + growth
    ) / 12.0 AS growing
  FROM parted
), priced /* What a win is expected to bring, and how far its log may be off. */ AS (
  SELECT
    *,
    9000.0 * EXP(LEAST(GREATEST(amount, -100), 100)) * 0.7 * EXP(LEAST(GREATEST(margin, -100), 100)) * CASE
      WHEN ABS((
        hazard - growing
      )) < 1e-6
      THEN 24.0
      ELSE (
        1.0 - EXP(LEAST(GREATEST(-(
          (
            hazard - growing
          ) * 24.0
        ), -100), 100))
      ) / (
        hazard - growing
      )
    END / 12.0 AS worth,
    1.2815515655446004 * SQRT(
      (
        1.0 - chance
      ) * (
        1.0 - chance
      ) * linear_doubt + amount_doubt + margin_doubt + POWER(
        1.0 - (
          hazard * 24.0
        ) * EXP(LEAST(GREATEST(-(
          hazard * 24.0
        ), -100), 100)) / (
          1.0 - EXP(LEAST(GREATEST(-(
            hazard * 24.0
          ), -100), 100))
        ),
        2
      ) * months_doubt + POWER(24.0 / 24.0, 2) * growth_doubt
    ) AS spread
  FROM rated
), valued /* Chance and expected value, with the ends of their intervals. */ AS (
  SELECT
    *,
    chance * worth - 300.0 AS value,
    1.0 / (
      1.0 + EXP(LEAST(GREATEST(-(
        linear - 1.2815515655446004 * SQRT(linear_doubt)
      ), -100), 100))
    ) AS chance_low,
    1.0 / (
      1.0 + EXP(LEAST(GREATEST(-(
        linear + 1.2815515655446004 * SQRT(linear_doubt)
      ), -100), 100))
    ) AS chance_high,
    chance * worth * EXP(LEAST(GREATEST(-spread, -100), 100)) - 300.0 AS value_low,
    chance * worth * EXP(LEAST(GREATEST(spread, -100), 100)) - 300.0 AS value_high
  FROM priced
), rounded /* The same, rounded half away from zero. */ AS (
  SELECT
    *,
    CAST(FLOOR(ABS(chance) * 1000000 + 0.5) AS DOUBLE) / 1000000 AS p_win,
    CAST((
      CASE WHEN value < 0 THEN -1 ELSE 1 END * FLOOR(ABS(value) * 100 + 0.5)
    ) AS DOUBLE) / 100 AS expected_value,
    CAST(FLOOR(ABS(chance_low) * 1000000 + 0.5) AS DOUBLE) / 1000000 AS p_win_low,
    CAST(FLOOR(ABS(chance_high) * 1000000 + 0.5) AS DOUBLE) / 1000000 AS p_win_high,
    CAST((
      CASE WHEN value_low < 0 THEN -1 ELSE 1 END * FLOOR(ABS(value_low) * 100 + 0.5)
    ) AS DOUBLE) / 100 AS expected_value_low,
    CAST((
      CASE WHEN value_high < 0 THEN -1 ELSE 1 END * FLOOR(ABS(value_high) * 100 + 0.5)
    ) AS DOUBLE) / 100 AS expected_value_high
  FROM valued
), ranked /* The order in which to work accounts: nobody excluded, no merged duplicate. */ AS (
  SELECT
    account_id AS ranked_id,
    ROW_NUMBER() OVER (ORDER BY fit DESC, expected_value DESC, p_win DESC, account_id ASC NULLS LAST) AS rank
  FROM rounded
  WHERE
    duplicate_of IS NULL AND tier <> 'excluded'
)
SELECT
  rounded.account_id,
  rounded.tier,
  rounded.tier_low,
  rounded.tier_high,
  rounded.score,
  rounded.low,
  rounded.high,
  rounded.fit,
  rounded.timing,
  rounded.timing_band,
  rounded.priority,
  rounded.completeness,
  rounded.firmographic_score,
  rounded.technographic_score,
  rounded.situational_score,
  rounded.behavioral_score,
  rounded.authority_score,
  rounded.need_score,
  rounded.value_score,
  rounded.excluded_by,
  rounded.reasons,
  rounded.as_of,
  rounded.profile_version,
  rounded.duplicate_of,
  rounded.card_points,
  rounded.route,
  rounded.card_most,
  rounded.card_reasons,
  rounded.reason_1,
  rounded.reason_2,
  rounded.reason_3,
  rounded.p_win,
  rounded.expected_value,
  rounded.p_win_low,
  rounded.p_win_high,
  rounded.expected_value_low,
  rounded.expected_value_high,
  ranked.rank
FROM rounded
LEFT JOIN ranked
  ON ranked.ranked_id = COALESCE(rounded.duplicate_of, rounded.account_id)
