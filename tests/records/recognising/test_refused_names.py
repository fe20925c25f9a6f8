"""Two reviewed lists: what companies are (never refused by name), what selling leaves behind (always refused)."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from idealfit.accounts.column_type import decide
from idealfit.patterns.computed import refuse_by_name
from idealfit.records.recognising.guess_level import guess_level

COMPANY_TRAITS = re.findall(
    r"\w+",
    """
renewable_energy healthcare_exposure sales_team_size call_center contract_manufacturer email_platform support_hours
customer_segment num_locations meeting_rooms notes_app last_funding_round lead_time_days owner_managed campaign_tool
score_board stage_company closed_loop has_mobile_app mobile_workforce phone_system contact_center_seats email_volume
email_security billing_system billing_model subscription_business subscription_revenue_share plan_to_hire health_plan
expansion_plans growth_stage company_stage funding_stage_detail total_funding total_money_raised funding_amount
last_funding_date latest_funding_type recent_acquisition recent_layoffs first_product_launch lead_investor lead_gen_tool
leads_per_month lead_volume source_control_tool open_source_usage data_source_count energy_source single_source_supplier
referral_program channel_partner_program channel_mix sells_through_channel campaign_volume campaigns_per_month
landing_page_builder deal_desk_team dealer_network pipeline_length_km order_management_system order_volume
orders_per_day purchase_order_required product_lines product_complexity product_count price_positioning price_segment
discount_retailer quantity_of_sites days_sales_outstanding days_open_per_week time_in_business time_zone
time_tracking_tool company_age churn_rate churn_management_tool employee_churn cancellation_policy cancellation_rate
renewals_automated competitor_renewal_date competitor_in_use onboarding_tool employee_onboarding_software
implementation_partner contract_workforce_share contract_management_tool contractors closed_source live_streaming
kickoff_culture wins_awards lost_time_incidents won_public_tenders converted_facilities credit_rating credit_score
esg_score esg_rating g2_rating security_score trust_score domain_authority probability_of_default forecasting_tool
demand_forecast_method tier_1_supplier data_center_tier priority_sector rating_agency owner_operated founder_led
process_owner_role data_owner_appointed event_budget events_hosted events_per_year task_management_tool
activity_based_costing demo_environment demographics_focus call_recording_tool calls_per_day first_contact_resolution
next_day_delivery next_fiscal_year last_mile_delivery last_audit_result touchscreen_devices sequence_manufacturing
number_of_offices number_of_sites number_of_stores number_of_warehouses number_of_plants number_of_vehicles
number_of_products number_of_brands number_of_countries count_of_servers no_code_tools total_sites total_assets
linkedin_followers twitter_followers website_platform website_traffic url_count street_presence address_verification
notebooks_in_use description_language commentary_style long_term_contracts long_haul_routes latency_sensitive
import_share importer imports_goods created_content_volume update_frequency modified_accrual sign_up_flow
customer_base customer_count customer_type customer_concentration customer_facing client_size client_industry
account_structure accounting_software accounts_payable_team seats_in_office licensed_professionals liquor_licenses
clinical_trials trial_courts package_volume sku_count amount_of_inventory annual_ad_spend gender_pay_reporting
person_hours_per_unit personalization stage_lighting status_page data_residency fax_usage lifecycle_management_tool
lifecycle_marketing engagement_platform employee_engagement_tool outreach_program campaign_finance rep_count
sdr_team_size csm_platform bdr_headcount success_based_pricing success_team_size support_tier_model ticketing_system
ticket_price_level usage_based_pricing adoption_agency arrears_policy mrr_reporting_tool quote_to_cash_tool
invoice_volume
invoices_per_month payment_processor payment_terms sic_code naics_code ticker_listed meeting_culture
""",
)

REFUSED = re.findall(
    r"[^|\n]+",
    """
Account Stage|Connection strength|Owned By|Interaction Count|hs_lastmodifieddate|contacts_added
hs_v2_date_entered_customer|hs_v2_time_in_current_stage|hs_predictivecontactscore_v2|engagements_last_meeting_booked
hs_sa_first_engagement_date|hs_intent_paid_up_to_date|SLA__c|SLAExpirationDate__c|LastStageChangeDate|PushCount
HasOpportunityLineItem|IsCustomerPortal|related_won_deals_count|last_incoming_mail_time|first_won_time|rotten_time
Sales_Cycle_Duration|Overall_Sales_Duration|Reason_For_Loss__s|Enrich_Status__s|openrevenue|opendeals_date|creditonhold
statuscode|customertypecode|lastusedincampaign|timespentbymeonemailandmeetings|aging30|modifiedon|estimatedvalue
closeprobability|actualclosedate|msdyn_forecastcategory|msdyn_accountkpiid|teamsfollowed|owningbusinessunit
Lifecycle Stage|hs_lifecyclestage|lifecycle_stage|lifecyclestage_date|Lead Status|hs_lead_status|HubSpot Score
hubspotscore|Lead Score|lead_score__c|Fit Score|Engagement Score|Predictive Lead Score|propensity_score
Account Score|Health Score|Customer Health Score|Rating|Account Rating|Likelihood to close|Probability
Win Probability|probability__c|Target Account Probability|Forecast Category|forecast_category_name
Forecast Amount|Forecast Type|Ideal Customer Profile Tier|hs_ideal_customer_profile|Target Account
hs_is_target_account|Account Tier|Priority Tier|Number of Associated Contacts|num_associated_contacts
Number of Associated Deals|num_associated_deals|Number of open deals|hs_num_open_deals
Number of Form Submissions|Number of Pageviews|hs_analytics_num_page_views|Number of Sessions
Number of Sales Activities|Number of times contacted|num_contacted_notes|Number of decision makers
Number of blockers|Number of contacts with a buying role|Number of child companies|num_notes
Total open deal value|hs_total_deal_value|Recent Deal Amount|recent_deal_amount|Recent Deal Close Date
First Deal Created Date|Total Revenue|total_revenue|Days to Close|days_to_close|Days Since Last Contact
Days in Stage|Age in Days|Age Tier|Time in 'Customer (Lifecycle Stage Pipeline)'|hs_time_in_lead
Date entered 'Customer (Lifecycle Stage Pipeline)'|Date exited 'Lead (Lifecycle Stage Pipeline)'
Became a Customer Date|hs_date_entered_customer|Close Date|closedate|Last Activity Date|notes_last_updated
LastActivityDate|Last Contacted|notes_last_contacted|Last Engagement Date|Last Booked Meeting Date
Last Logged Call Date|Last Logged Outgoing Email Date|Last Modified Date|LastModifiedDate|Last Viewed Date
LastReferencedDate|SystemModstamp|Next Activity Date|notes_next_activity_date|Next Step|NextStep
Latest meeting activity|Date of last meeting booked in meetings tool|Recent Conversion|Recent Conversion Date
First Conversion Date|First Contact Create Date|Recent Sales Email Replied Date
Most recent de-anonymized visit|Create Date|createdate|CreatedDate|Created By|Created by user ID|Record source
hs_object_source|Record creation source|Has been enriched|Performed in an import|IsDeleted|_fivetran_synced
Date added|Update time|Add time|Original Traffic Source|hs_analytics_source
Original Traffic Source Drill-Down 1|Latest Traffic Source|Lead Source|LeadSource|AccountSource|Campaign Id
First Touch Converting Campaign|Last Touch Converting Campaign|utm_source|utm_campaign
Source of last booking in meetings tool|Campaign of last booking in meetings tool|How did you hear about us
Channel|Company owner|Owner|OwnerId|hubspot_owner_id|Account Owner|HubSpot Owner Email|Owner assigned date
HubSpot Team|All owner IDs|Account Manager|Account Executive|Sales Rep|SDR|CSM|Customer Success Manager
Assigned To|csm_sentiment|Meetings held|meetings_booked|emails_sent|calls_made|demo_given|demos_done
email_count|call_count|touchpoint_count|Total activities|Activities to do|Done activities|Tasks Involved
Calls Involved|Events Involved|Email messages count|Won deals|Lost deals|Open deals|Closed deals|Deal count
opportunity_count|closed_won_amount|Total won opportunities|Deal Stage|Opportunity Amount|Sales Stage|Pipeline
Stage|Amount|Expected Revenue|ACV|ARR|MRR|TCV|LTV|Customer Lifetime Value|lifetime_revenue|Discount
Quote Number|Product Name|Price|Quantity|Plan|plan_tier|Seats|is_trial|Subscription Status|subscription_plan
auto_renew_flag|billing_frequency|Contract Start Date|contract_end_date|Contract Value|contract_signed
Renewal Date|renewal_status|next_renewal_date|Churned|churn_flag|churn_date|churn_reason|churn_risk|Is Churned
Cancelled At|cancellation_date|Customer Since|client_since|is_customer|IsWon|is_closed|Converted|is_converted
Onboarding Status|onboarding_completed_date|Implementation Status|Go Live Date|golive_date|Kickoff Date|NPS
nps_score|CSAT|Loss Reason|Lost reason|Closed Lost Reason|win_reason|Support tickets|open_tickets|ticket_count
Escalations|escalation_count|Last login|Last order date|First order date|last_purchase_date|number_of_orders
total_orders|Last payment|total_invoices|referral_source|Do not call|unsubscribed|success_manager
Customer Status|First Name|Last Name|Email|Primary Contact Email|Phone Number|Mobile Phone|Fax|Contact Name
Twitter Handle|LinkedIn Bio|Record ID|CompanyId|Tax ID|Website URL|LinkedIn Company Page|Logo URL|Latitude
Longitude|Postal Code|Street Address|BillingLatitude|billing_geocode_accuracy|photo_url|Description|About Us
Notes
""",
)

PLAIN = ("a", "b", "c", "d")


def _level(header: str, values: tuple[str, ...]) -> str:
    counts = dict.fromkeys(values, 10)
    return guess_level(header, counts, typed=decide(header, counts).type, flat=False).level


def test_the_lists_are_long_enough() -> None:
    assert len(set(COMPANY_TRAITS)) >= 150
    assert len(set(REFUSED)) >= 120


@pytest.mark.parametrize("values", [PLAIN, ("yes", "no"), ("1", "20", "300")], ids=["words", "flags", "numbers"])
def test_what_a_company_is_stays_a_candidate(values: tuple[str, ...]) -> None:
    assert [name for name in COMPANY_TRAITS if _level(name, values) != "account"] == []


@pytest.mark.parametrize("style", [str, str.upper, lambda name: name.replace("_", " ").title()])
def test_how_a_name_is_written_makes_no_difference(style: Callable[[str], str]) -> None:
    assert [name for name in COMPANY_TRAITS if refuse_by_name(style(name))] == []


def test_what_came_of_selling_is_refused() -> None:
    assert [name for name in REFUSED if _level(name, PLAIN) == "account"] == []
    assert [name for name in REFUSED if refuse_by_name(name) is None] == []


def test_the_reason_is_told_apart() -> None:
    reasons = {
        "Lifecycle Stage": "computed",
        "Lead Score": "computed",
        "Number of Associated Deals": "computed",
        "Days to Close": "computed",
        "Churn Reason": "after_outcome",
        "Renewal Date": "after_outcome",
        "Meetings held": "self_caused",
        "Company owner": "self_caused",
        "Last Contacted": "self_caused",
        "Lead Source": "deal_level",
        "Deal Stage": "deal_level",
        "First Name": "personal",
        "Record ID": "identifier",
    }
    found = {name: refusal[0] for name in reasons if (refusal := refuse_by_name(name)) is not None}
    assert found == reasons
