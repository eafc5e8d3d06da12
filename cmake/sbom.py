#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prints what a Debian package of assay is made of and runs with, as an SPDX 2.3 document: the package with its digest, and
every package that it needs, directly or by others, as installed here.

Usage: sbom.py PACKAGE.deb   The date is SOURCE_DATE_EPOCH, as in the package. Needs dpkg-deb and dpkg-query.
"""
import datetime
import hashlib
import json
import os
import re
import subprocess
import sys


def said(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def fields_of(deb):
    return dict(line.split(": ", 1) for line in said("dpkg-deb", "--field", deb).splitlines() if re.match(r"[\w-]+: ", line))


def installed():
    """What is installed: name -> (version, architecture, Depends); a virtual name leads to who provides it."""
    packages = {}
    form = "${Package}\t${Version}\t${Architecture}\t${Depends}, ${Pre-Depends}\t${Provides}\t${db:Status-Status}\n"
    for line in said("dpkg-query", "--show", "--showformat", form).splitlines():
        name, version, architecture, needs, provides, status = line.split("\t")
        if status != "installed":
            continue
        packages[name] = (name, version, architecture, needs)
        for virtual in names_in(provides):
            packages.setdefault(virtual, packages[name])
    return packages


def names_in(relations):
    return [re.sub(r"[\s:(].*", "", name.strip()) for name in re.split(r"[,|]", relations) if name.strip()]


def needed(depends, packages):
    """Everything that |depends| asks for and that is here, with what that asks for."""
    found, left = {}, names_in(depends)
    while left:
        package = packages.get(left.pop())
        if package and package[0] not in found:
            found[package[0]] = package
            left += names_in(package[3])
    return [found[name] for name in sorted(found)]


def spdx_id(name):
    return "SPDXRef-" + re.sub(r"[^A-Za-z0-9.-]", "-", name)


def described(name, version, architecture, licence, supplier, **more):
    purl = f"pkg:deb/debian/{name}@{version}?arch={architecture}".replace("+", "%2B").replace("~", "%7E")
    return {"SPDXID": spdx_id(name), "name": name, "versionInfo": version, "downloadLocation": "NOASSERTION", "filesAnalyzed": False,
            "licenseConcluded": licence, "licenseDeclared": licence, "copyrightText": "NOASSERTION", "supplier": supplier,
            "externalRefs": [{"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": purl}], **more}


def main(deb):
    fields = fields_of(deb)
    name, version = fields["Package"], fields["Version"]
    with open(deb, "rb") as file:
        digest = hashlib.sha256(file.read()).hexdigest()
    made = datetime.datetime.fromtimestamp(int(os.environ.get("SOURCE_DATE_EPOCH", "0")), datetime.timezone.utc)
    itself = described(name, version, fields["Architecture"], "GPL-3.0-or-later AND 0BSD", "NOASSERTION",
                       packageFileName=os.path.basename(deb), checksums=[{"algorithm": "SHA256", "checksumValue": digest}])
    del itself["externalRefs"]  # it is no package of Debian's
    others = needed(fields.get("Depends", ""), installed())
    json.dump({
        "spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT", "name": f"{name} {version}",
        "documentNamespace": f"https://spdx.org/spdxdocs/{name}-{version}-{digest}",
        "creationInfo": {"created": made.strftime("%Y-%m-%dT%H:%M:%SZ"), "creators": ["Tool: assay cmake/sbom.py"]},
        "packages": [itself] + [described(p[0], p[1], p[2], "NOASSERTION", "Organization: Debian") for p in others],
        "relationships": [{"spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES", "relatedSpdxElement": spdx_id(name)}]
        + [{"spdxElementId": spdx_id(name), "relationshipType": "DEPENDS_ON", "relatedSpdxElement": spdx_id(p[0])} for p in others],
    }, sys.stdout, indent=1)
    print()


if len(sys.argv) != 2:
    sys.exit(__doc__)
main(sys.argv[1])
