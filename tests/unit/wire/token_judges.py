# SPDX-License-Identifier: GPL-3.0-or-later
"""Others' opinion of identity tokens: PyJWT on ours, we on PyJWT's, openssl on one signature.

Usage: token_judges.py TOKEN-TOOL. Exits with 77 when PyJWT, cryptography or openssl is missing.
"""
import base64
import json
import os
import shutil
import subprocess
import sys
import tempfile

try:
    import jwt
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, utils
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)
if not shutil.which("openssl"):
    print("skipped: there is no openssl")
    sys.exit(77)

TOOL = sys.argv[1]
NOW = 1700000000  # the bench's
CLAIMS = {
    "iss": "https://provider.example", "aud": "gatekeeper.example", "sub": "user",
    "iat": NOW, "exp": NOW + 600, "jti": "one",
    "cnf": {"x5t#noise": "riFsLvUkejeCwTXvonmj5M3GEJQnD10r5YxiBLemEsk"},
}
NO_CLOCK = {"verify_exp": False, "verify_iat": False, "verify_nbf": False}
failures = 0


def expect(sentence, is_so):
    global failures
    print(("ok      " if is_so else "FAILED  ") + sentence)
    failures += not is_so


def text(raw):
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def raw(part):
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def made(algorithm):
    done = subprocess.run([TOOL, "make", algorithm.lower(), json.dumps(CLAIMS)],
                          capture_output=True, text=True, check=True)
    keys, token = done.stdout.splitlines()
    return json.loads(keys), token


def judged(keys, token):
    done = subprocess.run([TOOL, "check"], input=f"{json.dumps(keys)}\n{token}\n",
                          capture_output=True, text=True, check=True)
    return done.stdout.strip()


def read_by_pyjwt(token, key, algorithm, **more):
    """The claims, or None when PyJWT refuses the token."""
    try:
        return jwt.decode(token, key, algorithms=[algorithm], **more)
    except jwt.InvalidTokenError as why:
        print(f"        PyJWT: {why}")
        return None


def ours_before_pyjwt(algorithm):
    keys, token = made(algorithm)
    key = jwt.PyJWK(keys["keys"][0], algorithm).key
    asked = {"audience": CLAIMS["aud"], "issuer": CLAIMS["iss"], "options": NO_CLOCK}
    expect(f"{algorithm}: PyJWT takes ours, and reads the same claims",
           read_by_pyjwt(token, key, algorithm, **asked) == CLAIMS)
    expect(f"{algorithm}: PyJWT reads the same header",
           jwt.get_unverified_header(token) == {"alg": algorithm, "typ": "JWT", "kid": "key-1"})
    head, claims, signature = token.split(".")
    bent = bytearray(raw(signature))
    bent[0] ^= 1
    expect(f"{algorithm}: PyJWT refuses ours with a bit changed",
           read_by_pyjwt(f"{head}.{claims}.{text(bent)}", key, algorithm, **asked) is None)
    expect(f"{algorithm}: ours before ourselves", judged(keys, token) == "sound")
    return keys, token, key


def published(algorithm, key):
    public = key.public_key()
    if algorithm == "EdDSA":
        form = serialization.Encoding.Raw, serialization.PublicFormat.Raw
        return {"kty": "OKP", "crv": "Ed25519", "kid": "key-1", "x": text(public.public_bytes(*form))}
    numbers = public.public_numbers()
    return {"kty": "EC", "crv": "P-256", "kid": "key-1", "x": text(numbers.x.to_bytes(32, "big")),
            "y": text(numbers.y.to_bytes(32, "big"))}


def pyjwts_before_us(algorithm, make_key):
    verdicts = set()
    for _ in range(20):
        key = make_key()
        keys = {"keys": [published(algorithm, key)]}
        token = jwt.encode(CLAIMS, key, algorithm=algorithm, headers={"kid": "key-1"})
        verdicts.add(judged(keys, token))
    expect(f"{algorithm}: we take twenty of PyJWT's, each of a new key", verdicts == {"sound"})
    other = {"keys": [published(algorithm, make_key())]}
    expect(f"{algorithm}: not under another key", judged(other, token) == "token-signature")
    late = jwt.encode({**CLAIMS, "exp": NOW - 60, "iat": NOW - 600}, key, algorithm=algorithm,
                      headers={"kid": "key-1"})
    expect(f"{algorithm}: nor when they are past", judged(keys, late) == "token-expiry")


def lies_of_pyjwt():
    key = ed25519.Ed25519PrivateKey.generate()
    keys = {"keys": [published("EdDSA", key)]}
    none = jwt.encode(CLAIMS, None, algorithm="none", headers={"kid": "key-1"})
    expect("alg none by PyJWT is refused", judged(keys, none) == "token-algorithm")
    mac = jwt.encode(CLAIMS, keys["keys"][0]["x"], algorithm="HS256", headers={"kid": "key-1"})
    expect("HS256 by PyJWT is refused", judged(keys, mac) == "token-algorithm")


def openssl_says(folder, algorithm, token, key):
    head, claims, signature = token.split(".")
    names = {name: os.path.join(folder, name) for name in ("key.pem", "message", "signature")}
    pem = key.public_bytes(serialization.Encoding.PEM,
                           serialization.PublicFormat.SubjectPublicKeyInfo)
    value = raw(signature)
    if algorithm == "ES256":
        value = utils.encode_dss_signature(int.from_bytes(value[:32], "big"),
                                           int.from_bytes(value[32:], "big"))
    for name, content in zip(names.values(), (pem, f"{head}.{claims}".encode(), value)):
        with open(name, "wb") as file:
            file.write(content)
    if algorithm == "EdDSA":
        command = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", names["key.pem"], "-rawin",
                   "-in", names["message"], "-sigfile", names["signature"]]
    else:
        command = ["openssl", "dgst", "-sha256", "-verify", names["key.pem"], "-signature",
                   names["signature"], names["message"]]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def openssl_on_ours(algorithm, token, key):
    with tempfile.TemporaryDirectory() as folder:
        expect(f"{algorithm}: openssl verifies ours", openssl_says(folder, algorithm, token, key))
        head, claims, signature = token.split(".")
        expect(f"{algorithm}: and not over other claims",
               not openssl_says(folder, algorithm, f"{head}.{claims}x.{signature}", key))


for name, maker in (("EdDSA", ed25519.Ed25519PrivateKey.generate),
                    ("ES256", lambda: ec.generate_private_key(ec.SECP256R1()))):
    _, ours, its_key = ours_before_pyjwt(name)
    pyjwts_before_us(name, maker)
    openssl_on_ours(name, ours, its_key)
lies_of_pyjwt()
sys.exit(1 if failures else 0)
