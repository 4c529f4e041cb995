"""A posting as search engines read it: schema.org JobPosting in JSON-LD. Pure.

https://schema.org/JobPosting; required by search engines: title, description, datePosted,
hiringOrganization, jobLocation, and validThrough where a posting expires.
"""

from __future__ import annotations

import json

from markupsafe import Markup

from server.jobs.posting import Facts

_TYPES = {
    "full_time": "FULL_TIME",
    "part_time": "PART_TIME",
    "temporary": "TEMPORARY",
    "internship": "INTERN",
    "campus": "FULL_TIME",
}
# Inside a script element nothing may look like its end or like a comment.
_SCRIPT_SAFE = {ord(c): f"\\u{ord(c):04x}" for c in "<>&\u2028\u2029"}


def job_posting(row: Facts, url: str, industry: str) -> Markup:
    """The JSON-LD of a public posting, safe inside `<script type="application/ld+json">`."""
    pay = {
        "@type": "QuantitativeValue",
        "minValue": row["pay_min"],
        "maxValue": row["pay_max"],
        "unitText": row["pay_unit"].upper(),
    }
    address = {
        "@type": "PostalAddress",
        "addressLocality": row["place"],
        "addressCountry": "CN",
    }
    document = {
        "@context": "https://schema.org/",
        "@type": "JobPosting",
        "identifier": {"@type": "PropertyValue", "name": row["employer"], "value": row["id"]},
        "url": url,
        "title": row["title"],
        "description": "\n\n".join(
            filter(None, (row["duties"], row["conditions"], row["benefits"]))
        ),
        "responsibilities": row["duties"],
        "qualifications": row["conditions"],
        "jobBenefits": row["benefits"],
        "industry": industry,
        "datePosted": (row["approved_at"] or row["created_at"]).date().isoformat(),
        "validThrough": f"{row['valid_until'].isoformat()}T23:59:59Z",
        "employmentType": _TYPES[row["employment_type"]],
        "totalJobOpenings": row["headcount"],
        "hiringOrganization": {"@type": "Organization", "name": row["employer"]},
        "jobLocation": {"@type": "Place", "address": address},
        "baseSalary": {"@type": "MonetaryAmount", "currency": "CNY", "value": pay},
        "directApply": True,
    }
    if not row["benefits"]:
        del document["jobBenefits"]
    return Markup(json.dumps(document, ensure_ascii=False).translate(_SCRIPT_SAFE))
