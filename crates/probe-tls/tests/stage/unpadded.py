"""A server of TLS 1.MINOR in CBC mode; with `flawed`, it does not look at how records are filled (CVE-2014-8730).

Usage: unpadded.py PORT CERTIFICATE KEY sound|flawed MINOR
"""

import socket
import sys
import threading

import tlslite.recordlayer
from tlslite.api import HandshakeSettings, TLSConnection, X509CertChain, parsePEMKey


def mac_alone(data, mac, sequence, kind, version, block_size=16):
    """Checks what authenticates a record and passes over its padding."""
    end = len(data) - data[-1] - 1 - mac.digest_size
    if end < 0:
        return False
    mac = mac.copy()
    header = bytes([kind, version[0], version[1], end >> 8, end & 0xFF])
    mac.update(bytes(sequence) + header + bytes(data[:end]))
    return mac.digest() == bytes(data[end:end + mac.digest_size])


def serve(connection, chain, key, minor):
    settings = HandshakeSettings()
    settings.minVersion = settings.maxVersion = (3, minor + 1)
    settings.cipherNames = ["aes128"]
    settings.useEncryptThenMAC = False
    try:
        TLSConnection(connection).handshakeServer(certChain=chain, privateKey=key, settings=settings)
    except Exception:
        pass
    finally:
        connection.close()


def main():
    port, certificate, key, kind, minor = sys.argv[1:]
    if kind == "flawed":
        tlslite.recordlayer.ct_check_cbc_mac_and_pad = mac_alone
    chain = X509CertChain()
    chain.parsePemList(open(certificate).read())
    private = parsePEMKey(open(key).read(), private=True)
    listener = socket.create_server(("127.0.0.1", int(port)))
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=serve, args=(connection, chain, private, int(minor)), daemon=True).start()


main()
