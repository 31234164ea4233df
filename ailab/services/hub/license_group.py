"""What a person asks of a licence: may I use it, and what does it demand."""

from __future__ import annotations

from enum import Enum


class LicenseGroup(Enum):
    """A kind of licence; the value is its name for people."""

    PERMISSIVE = "Permissive"
    COPYLEFT = "Copyleft"
    RESTRICTED = "Non-commercial or other"
    UNKNOWN = "Unknown"


# Any use, for the price of a notice or less.
_PERMISSIVE = """
    afl-3.0 apache-2.0 apple-ascl artistic-2.0 bsd bsd-2-clause bsd-3-clause bsd-3-clause-clear
    bsl-1.0 cc-by-2.0 cc-by-2.5 cc-by-3.0 cc-by-4.0 cc0-1.0 cdla-permissive-1.0
    cdla-permissive-2.0 ecl-2.0 etalab-2.0 isc mit ms-pl ncsa odc-by openmdw-1.0 openmdw-1.1 pddl
    postgresql unlicense wtfpl zlib
"""
# Any use, but what is made from it has to stay as free, in full or in part.
_COPYLEFT = """
    agpl-3.0 cc-by-sa-3.0 cc-by-sa-4.0 cdla-sharing-1.0 epl-1.0 epl-2.0 eupl-1.1 eupl-1.2 gfdl gpl
    gpl-2.0 gpl-3.0 lgpl lgpl-2.1 lgpl-3.0 lgpl-lr lppl-1.3c mpl-2.0 odbl ofl-1.1 osl-3.0
"""
# Not for every purpose (commerce, changes, fields of use), or not said by the id alone.
_RESTRICTED = """
    apple-amlr bigcode-openrail-m bigscience-bloom-rail-1.0 bigscience-openrail-m c-uda cc
    cc-by-nc-2.0 cc-by-nc-3.0 cc-by-nc-4.0 cc-by-nc-nd-3.0 cc-by-nc-nd-4.0 cc-by-nc-sa-2.0
    cc-by-nc-sa-3.0 cc-by-nc-sa-4.0 cc-by-nd-4.0 creativeml-openrail-m deepfloyd-if-license
    fair-noncommercial-research-license gemma grok2-community h-research intel-research llama2
    llama3 llama3.1 llama3.2 llama3.3 llama4 openrail openrail++ other
"""

LICENSE_GROUPS: dict[str, LicenseGroup] = {
    **dict.fromkeys(_PERMISSIVE.split(), LicenseGroup.PERMISSIVE),
    **dict.fromkeys(_COPYLEFT.split(), LicenseGroup.COPYLEFT),
    **dict.fromkeys(_RESTRICTED.split(), LicenseGroup.RESTRICTED),
    "unknown": LicenseGroup.UNKNOWN,
}
"""The group of each of the Hub's licence ids."""


def group_of(license_id: str | None) -> LicenseGroup:
    """The group of a licence's id, regardless of case.

    An id that is not the Hub's own stands for a licence that has to be read: it is `RESTRICTED`.
    """
    if not license_id:
        return LicenseGroup.UNKNOWN
    return LICENSE_GROUPS.get(license_id.lower(), LicenseGroup.RESTRICTED)
