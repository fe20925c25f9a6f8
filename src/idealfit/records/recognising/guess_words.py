"""The words by which columns and files are recognised: a reviewed dictionary, from the exports of common CRMs.

Headers are compared squashed (letters and digits, lower case): 'Company Domain Name' is `companydomainname`.
Within one entry the surest words stand first. Sources: Salesforce object reference (API names and report labels),
HubSpot property labels, Pipedrive and Zoho export headers, and the sample sets that the tests read.
"""

from __future__ import annotations

import re

from idealfit.accounts.name import squash
from idealfit.records.recognising.guess_words_abroad import FILES_ABROAD, WORDS_ABROAD
from idealfit.records.recognising.guess_words_east import FILES_EAST, WORDS_EAST
from idealfit.records.recognising.header_unit import without_unit
from idealfit.records.tables import TABLES, ColumnType

_ACCOUNT_LINK = {
    "account_id": "accountid companyid associatedcompanyid associatedcompanyids "
    "associatedcompanyidsprimary organizationid orgid customerid "
    "clientid accountkey companykey customerkey "
    "accountnameid companynameid customerno customernumber clientno accountno associatedcompanyrecordid "
    "primaryassociatedcompanyid "
    "parentcustomeridaccount sellerid",
    "account_name": "accountname companyname account company associatedcompany associatedcompanyprimary "
    "associatedcompanyname "
    "primarycompany organizationname organization organisation organisationname customername customer "
    "clientname client "
    "accountnameaccountname potentialcustomer buyer merchant",
    "account_domain": "accountdomain companydomainname companydomain domain website accountwebsite "
    "companywebsite websiteurl",
}

WORDS: dict[str, dict[str, str]] = {
    "accounts": {
        "account_id": "accountid companyid recordid recordidcompany companyrecordid organizationid orgid "
        "customerid clientid accountkey "
        "customerkey companykey resellerkey sellerid id systemid uuid copperid donotmodifyaccount accountnumber "
        "customerno "
        "customernumber clientnumber accountno",
        "name": "accountname companyname name organizationname organisationname customername clientname "
        "resellername businessname company "
        "account organization organisation customer client firm",
        "domain": "domain domains companydomainname companydomain website websiteurl companywebsite companyurl "
        "webaddress homepage url web "
        "emaildomain",
        "industry": "industry sector vertical primaryindustry industryname accountindustry gicssector naicssector "
        "companyindustry industrysegment industryvertical "
        "customerindustry",
        "sub_industry": "subindustry subsector subvertical industrygroup gicssubindustry primarysubindustry",
        "employees": "employees numberofemployees employeecount employeescount noofemployees headcount "
        "totalemployees numemployees "
        "numberemployees companysize employeerange employeesrange companyheadcount staffcount size "
        "nrofemployees teamsize estimatednumemployees",
        "revenue": "revenue annualrevenue annualrevenueusd companyrevenue yearlyrevenue annualsales "
        "revenuerange turnover totalrevenueusd "
        "companyannualrevenue estimatedrevenue",
        "country": "country countryregion billingcountry companycountry accountcountry hqcountry "
        "billingaddresscountry countryname "
        "headquarterscountry organizationcountry officelocation mailingcountry shippingcountry "
        "countrycode billingcountrycode address1countryregion address1country addresscountry",
        "region": "region geo georegion salesregion territory",
        "city": "city address1city billingcity companycity hqcity billingaddresscity headquarterscity",
        "business_model": "businessmodel",
        "ownership": "ownership ownershiptype companytype",
        "funding_stage": "fundingstage latestfundingstage lastfundingstage lastfundingtype fundinground latestfunding",
        "founded_year": "foundedyear yearfounded yearestablished founded established foundingyear "
        "yearopened incorporationyear",
        "tech": "tech technologies techstack webtechnologies technologystack tools toolsinuse "
        "technographics technology currenttechnologies "
        "technologynames",
        "parent_id": "parentid parentaccountid parentaccount parentcompany parentcompanyid subsidiaryof "
        "parent ultimateparent parentorganization",
        "owner_id": "ownerid accountownerid companyowner accountowner owner accountmanager salesrepid "
        "organizationowner hubspotownerid",
        "status": "status accountstatus customerstatus lifecyclestage lifecycle accounttype relationship "
        "relationshiptype type",
        "do_not_contact": "donotcontact donotcall donotemail optedout emailoptout suppressed donotcontactflag",
        "last_activity_at": "lastactivityat lastactivitydate lastactivity lastcontacted lastengagementdate",
        "referred_by_account_id": "referredbyaccountid referredby",
        "duplicate_of": "duplicateof",
    },
    "account_history": {
        **_ACCOUNT_LINK,
        "account_id": _ACCOUNT_LINK["account_id"] + " recordid objectid",
        "field": "field fieldname property propertyname attribute columnname propertylabel name",
        "old_value": "oldvalue previousvalue from",
        "new_value": "newvalue value to propertyvalue",
        "changed_at": "changedat changedate modifiedat editdate createddate timestamp effectivefrom updatedat date "
        "changetimestamp propertychangedate valuechangedat",
    },
    "deals": {
        **_ACCOUNT_LINK,
        "deal_id": "dealid opportunityid opportunitynumber opp oppid opportunitykey recordid potentialid "
        "dealkey dealnumber id systemid copperid donotmodifyopportunity dealno oppno opportunityno",
        "name": "dealname opportunityname potentialname dealtitle title name topic opportunity deal",
        "pipeline": "pipeline dealpipeline pipelinename pipelineid recordtype",
        "deal_type": "dealtype opportunitytype type newbusiness",
        "created_at": "createdat createddate createdate dealcreated createdtime creationdate datecreated "
        "createdon engagedate opendate openedat openeddate "
        "addtime dealadddate openedon dateopened dateadded datecreated startedat startedon opportunitycreated "
        "opportunitycreateddate opened created startdate firstcontactdate datekey",
        "closed_at": "closedat closedate closingdate dealclosedon closeddate actualclosedate dateclosed "
        "closedon closed enddate decisiondate "
        "actualclosedatetime estimatedclosedate expectedclosedate estclosedate dealclosed dealclosedat",
        "won_at": "wonat wontime wondate dealwontime",
        "lost_at": "lostat losttime lostdate deallosttime",
        "stage": "stage dealstage stagename salesstage opportunitystage pipelinestage dealstagename",
        "outcome": "outcome opportunityresult dealoutcome result dealstatus opportunitystatus status "
        "state statusreason dealresult",
        "is_won": "iswon isclosedwon won closedwon iswondeal",
        "is_closed": "isclosed isdealclosed",
        "is_lost": "islost isclosedlost lost",
        "amount": "amount dealamount amountusd opportunityamountusd opportunityamount dealvalue "
        "closevalue value opportunityvalue totalvalue "
        "dealsize contractvalue acv tcv amountincompanycurrency amountconverted estimatedrevenue estrevenue estvalue "
        "actualrevenue totalamount price revenue",
        "currency": "currency currencycode currencyofvalue dealcurrencycode currencyisocode dealcurrency",
        "source": "source leadsource dealsource originaltrafficsource originalsource sourcechannel origin utmsource",
        "initiated_by": "initiatedby",
        "motion": "motion salesmotion",
        "product": "product productname products primaryproduct",
        "owner_id": "ownerid opportunityowner dealowner opportunityownerid potentialowner salesagent "
        "salesrep salesperson accountexecutive ownerrep rep "
        "owner hubspotownerid assignedto",
        "loss_reason": "lossreason lostreason closedlostreason reasonlost reasonforloss dealloststeason "
        "closelostreason deallostreason",
        "competitor": "competitor maincompetitor primarycompetitor competitors losttocompetitor",
        "lead_id": "leadid mqlid convertedleadid prospectid",
        "account_email": "email contactemail customeremail buyeremail",
    },
    "deal_stages": {
        "deal_id": "dealid opportunityid potentialid",
        "stage": "tostage stage stagename newstage newvalue propertyvalue value",
        "field": "field fieldname property propertyname",
        "entered_at": "enteredat transitiondate changedat createddate timestamp date stagedate",
    },
    "subscriptions": {
        **_ACCOUNT_LINK,
        "subscription_id": "subscriptionid id contractid",
        "deal_id": "dealid opportunityid",
        "started_at": "startedat startdate contractstart contractstartdate subscriptionstart start "
        "currentperiodstart createdat created activatedat",
        "ended_at": "endedat enddate canceledat cancelledat churnedat churndate contractend "
        "contractenddate subscriptionend end cancellationdate",
        "end_reason": "endreason churnreason cancellationreason cancelreason",
        # what is paid now before what was at first: 'ARR' beside 'Current ARR' is the first, alone it is what is paid
        "arr_current": "arrcurrent currentarr arrnow latestarr arr arramount annualrecurringrevenue",
        "arr_start": "arrstart startarr startingarr initialarr arratstart originalarr firstarr bookedarr arr "
        "annualrecurringrevenue",
        "mrr": "mrr mrramount monthlyrecurringrevenue",
        "gross_margin": "grossmargin margin",
        "first_value_at": "firstvalueat activateddate golivedate goliveat",
    },
    "subscription_changes": {
        "subscription_id": "subscriptionid contractid",
        "changed_at": "changedat changedate effectivedate date",
        "delta_arr": "deltaarr arrdelta arrchange changearr",
    },
    "invoices": {
        **_ACCOUNT_LINK,
        "invoice_id": "invoiceid invoicenumber invoiceno orderid ordernumber salesordernumber id",
        "issued_at": "issuedat invoicedate issuedate orderdate occurredat date createdat created "
        "purchasedate paidat billingdate",
        "amount": "amount totalamtusd total totalamount amountpaid amountdue invoicetotal sales "
        "salesamount grandtotal subtotal amountusd revenue",
        "currency": "currency currencycode",
        "hours": "hours",
        "unit_price": "unitprice priceeach itemprice priceperunit",
        "quantity": "quantity qty units",
    },
    "usage": {
        **_ACCOUNT_LINK,
        "subscription_id": "subscriptionid",
        "period": "period usagedate month date day week occurredat",
        "metric": "metric featurename feature metricname event",
        "value": "value usagecount count quantity usage events",
    },
    "tickets": {
        **_ACCOUNT_LINK,
        "ticket_id": "ticketid caseid casenumber id ticketnumber",
        "opened_at": "openedat submittedat createdat createddate createdate createdtime opened created dateopened "
        "createdon openedon reportedat reportedon datetimeopened",
        "hours": "hours resolutiontimehours timespenthours efforthours hoursspent workhours supporthours agenthours "
        "handlinghours hoursworked",
        "cost": "cost supportcost ticketcost casecost servicecost handlingcost costtoserve",
        "severity": "severity priority urgency",
    },
    "surveys": {
        **_ACCOUNT_LINK,
        "answered_at": "answeredat responsedate surveydate createdat date submittedat",
        "nps": "nps npsscore score rating",
    },
    "contacts": {
        **_ACCOUNT_LINK,
        "contact_id": "contactid recordid personid leadid userid id donotmodifycontact",
        "title": "title jobtitle position",
        "role": "role buyingrole contactrole",
        "seniority": "seniority senioritylevel managementlevel",
        "function": "function department jobfunction",
        "email": "email emailaddress workemail contactemail primaryemail propertyemail",
        "created_at": "createdat createdate createddate createdtime firstcontactdate",
        "deal_id": "dealid opportunityid",
        "email_domain": "emaildomain",
        "email_hash": "emailhash",
    },
    "deal_contacts": {
        "deal_id": "dealid opportunityid",
        "contact_id": "contactid",
        "role": "role contactrole buyingrole",
    },
    "events": {
        **_ACCOUNT_LINK,
        "event_id": "eventid churneventid signalid id",
        "event_type": "eventtype signaltype signal type trigger category event",
        "detail": "detail details description reasoncode title headline",
        "occurred_at": "occurredat eventdate churndate signaldate date timestamp happenedat announceddate detectedat",
        "known_at": "knownat detectedon discoveredat",
        "source": "source provider",
    },
    "activities": {
        **_ACCOUNT_LINK,
        "activity_id": "activityid taskid eventid callid meetingid engagementid id",
        "contact_id": "contactid personid whoid",
        "deal_id": "dealid opportunityid potentialid whatid",
        "activity_type": "activitytype type tasktype engagementtype eventtype event channel subject",
        "occurred_at": "occurredat timestamp activitydate callstarttime startdatetime starttime date "
        "activitydatetime createdat createddate createdtime duedate",
        "quantity": "quantity count",
        "channel": "channel",
        "direction": "direction calltype",
    },
    "leads": {
        **_ACCOUNT_LINK,
        "lead_id": "leadid prospectid mqlid leadnumber recordid id",
        "created_at": "createdat createddate createdate createdtime firstcontactdate created",
        "source": "source leadsource origin leadorigin originaltrafficsource",
        "hand_raised": "handraised demorequested",
        "mql_at": "mqlat mqldate becameamarketingqualifiedleaddate",
        "sql_at": "sqlat sqldate becameasalesqualifiedleaddate",
        "disqualified_at": "disqualifiedat disqualifieddate",
        "disqualify_reason": "disqualifyreason disqualificationreason unqualifiedreason",
        "by": "by leadowner owner ownerid",
        "email": "email emailaddress workemail",
        "is_won": "converted isconverted",
        "converted_account_id": "convertedaccountid",
        "converted_deal_id": "convertedopportunityid converteddealid",
        "converted_at": "converteddate convertedat conversiondate",
        "industry": "industry sector",
        "employees": "employees numberofemployees companysize noofemployees",
        "country": "country billingcountry",
    },
    "conversations": {
        **_ACCOUNT_LINK,
        "conversation_id": "conversationid callid transcriptid meetingid id",
        "deal_id": "dealid opportunityid",
        "held_at": "heldat calldate meetingdate date timestamp startedat",
        "kind": "kind conversationtype type",
        "speaker": "speaker",
        "text": "text transcript content body notes fulltext conversation",
    },
    "spend": {
        "month": "month date period",
        "channel": "channel source campaign",
        "motion": "motion",
        "amount": "amount spend cost",
    },
}
"""For each table: what a column may become, and the headers that say so. Names that are not canonical are links."""
for _table, _meanings in (*WORDS_ABROAD.items(), *WORDS_EAST.items()):
    for _to, _words in _meanings.items():
        WORDS[_table][_to] = f"{WORDS[_table][_to]} {' '.join(map(squash, _words.split()))}"

HELPER_TYPES: dict[str, ColumnType] = {
    "account_name": "text",
    "account_domain": "text",
    "account_email": "text",
    "email": "text",
    "lead_id": "text",
    "deal_id": "text",
    "subscription_id": "text",
    "won_at": "timestamp",
    "lost_at": "timestamp",
    "is_won": "boolean",
    "is_closed": "boolean",
    "is_lost": "boolean",
    "mrr": "number",
    "unit_price": "number",
    "quantity": "number",
    "converted_at": "timestamp",
    "industry": "text",
    "employees": "number",
    "country": "text",
}
"""The types of the names in WORDS that are not columns of the canonical table; they serve links and outcomes."""

FILE_WORDS: dict[str, str] = {
    "accounts": "accounts account companies company customers customer clients client organizations "
    "organization organisations resellers reseller dimreseller sellers",
    "account_history": "accounthistory accountshistory companypropertyhistory accountchanges accountfieldhistory "
    "companyhistory accountpropertyhistory companieshistory companieshistorydata",
    "deals": "deals deal opps opportunities opportunity pipeline salespipeline potentials potential winloss "
    "crmdeals closeddeals",
    "deal_stages": "dealstages stagetransitions stagehistory dealstagehistory opportunityhistory dealhistory "
    "opportunityfieldhistory dealpropertyhistory dealfieldhistory",
    "subscriptions": "subscriptions subscription contracts contract licenses",
    "subscription_changes": "subscriptionchanges arrchanges mrrmovements",
    "invoices": "invoices invoice orders order payments charges sales saasales transactions",
    "usage": "usage featureusage productusage",
    "tickets": "tickets supporttickets cases case ticket support",
    "surveys": "surveys nps npsresponses survey",
    "contacts": "contacts contact people persons users user",
    "deal_contacts": "dealcontacts opportunitycontactroles opportunitycontactrole dealcontact contactroles",
    "events": "events signals triggers churnevents news layoffs fundingrounds acquisitions",
    "activities": "activities activity calls tasks meetings emails engagements webevents touches tasksdata calldata",
    "leads": "leads lead mql marketingqualifiedleads prospects",
    "conversations": "conversations transcripts interviews calltranscripts",
    "spend": "spend marketingspend adspend costs",
}

for _table, _words in (*FILES_ABROAD.items(), *FILES_EAST.items()):
    FILE_WORDS[_table] = f"{FILE_WORDS[_table]} {' '.join(map(squash, _words.split()))}"

NEEDS: dict[str, tuple[str, ...]] = {
    "accounts": ("account_id name domain",),
    "account_history": ("account_id account_name", "changed_at"),
    "deals": ("stage outcome is_won won_at lost_at", "deal_id name amount closed_at created_at won_at"),
    "deal_stages": ("deal_id", "stage", "entered_at"),
    "subscriptions": ("account_id account_name", "started_at"),
    "subscription_changes": ("subscription_id", "changed_at", "delta_arr"),
    "invoices": ("account_id account_name", "issued_at", "amount unit_price"),
    "usage": ("account_id account_name subscription_id", "period", "value metric"),
    "tickets": ("account_id account_name account_domain", "opened_at"),
    "surveys": ("account_id account_name", "nps"),
    "contacts": ("contact_id email",),
    "deal_contacts": ("deal_id", "contact_id"),
    "events": ("account_id account_name account_domain", "occurred_at"),
    "activities": ("account_id account_name account_domain contact_id deal_id", "occurred_at"),
    "leads": ("lead_id email created_at",),
    "conversations": ("text",),
    "spend": ("month", "amount", "channel"),
}
"""What a file must hold to be a table: of each entry at least one."""

GENERIC = frozenset(
    {
        "id",
        "name",
        "type",
        "status",
        "value",
        "date",
        "title",
        "size",
        "company",
        "account",
        "state",
        "url",
        "created",
        "total",
        "score",
    }
)
"""Headers that mean different things in different files; a guess from them alone is less sure."""

CARRIERS = frozenset({"deals", "leads", "invoices", "events"})
"""Tables whose rows may carry what their company is, where no file of accounts is given."""

_UNIT_SUFFIX = re.compile(r"(?:[ _](?:usd|eur|gbp|chf|cad|aud))$|\s*\((?:usd|eur|gbp|[$€£])\)$", re.IGNORECASE)


def wanted_type(table: str, to: str) -> ColumnType:
    """The type that a column mapped to `to` must have."""
    return TABLES[table].columns.get(to) or HELPER_TYPES.get(to, "text")


def header_keys(header: str, table: str) -> tuple[str, ...]:
    """The squashed forms under which a header is looked up, surest first: as written, without a prefix that names the
    table itself ('Deal - Status'), without technical dress ('property_', '__c') or a unit."""
    plain = re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", header.strip())
    plain = re.sub(r"(?i)^(?:property_(?:hs_)?|hs_)|(?:__c|_c| cf_\d+)$", "", plain.strip())
    forms = [plain, _UNIT_SUFFIX.sub("", plain), re.sub(r"\s*\([^)]*\)$", "", plain), without_unit(plain)]
    own = {
        "deals": "deal",
        "accounts": "organization",
        "contacts": "person",
        "activities": "activity",
        "leads": "lead",
    }.get(table)
    if own and re.match(rf"(?i)^{own}\s+-\s+", plain):
        forms.append(re.sub(r"^[^-]*-\s+", "", plain))
    if plain.startswith("#"):
        forms.append("number of " + re.sub(r"^#\s*(?:of\s)?", "", plain))
    if re.search(r"(?i)\blocation > ", plain):
        forms.append(plain.rsplit(">", 1)[1])
    keys = [squash(form) for form in forms]
    return tuple(dict.fromkeys(key for key in keys if key))


def currency_in(header: str) -> str | None:
    """The currency that a header names as its unit ('Opportunity Amount USD')."""
    match = re.search(
        r"(?:[ _(]|^)(USD|EUR|GBP|CHF|CAD|AUD|SEK|NOK|DKK|JPY|INR|BRL)\)?$", header.strip(), re.IGNORECASE
    )
    return match[1].upper() if match else None
