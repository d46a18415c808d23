"""OpenSSL 1.0.2e as a server, with SSL 2.0, export suites and compression.

sslyze's library has it inside, to speak to such servers as a client. The other half is there too, under names that the
symbol table alone tells.

Usage: openssl_2015.py PORT CERTIFICATE KEY DH-PARAMETERS CIPHERS
"""

import ctypes
import os
import signal
import socket
import subprocess
import sys

import nassl._nassl_legacy as library

POINTER, NUMBER, TEXT = ctypes.c_void_p, ctypes.c_int, ctypes.c_char_p
PEM = 1
SET_TMP_RSA, SET_TMP_DH, SET_TMP_ECDH = 2, 3, 4
P256 = 415
WANT_READ = 2


def addresses():
    """Where each function is: where one that is exported is, and how far from it the others are."""
    lines = subprocess.run(["nm", library.__file__], check=True, capture_output=True, text=True).stdout.splitlines()
    symbols = {parts[2]: int(parts[0], 16) for parts in map(str.split, lines) if len(parts) == 3}
    exported = "PyInit__nassl_legacy"
    base = ctypes.cast(ctypes.CDLL(library.__file__)[exported], POINTER).value - symbols[exported]
    return {name: base + offset for name, offset in symbols.items()}


ADDRESSES = addresses()


def function(name, result, *arguments):
    return ctypes.CFUNCTYPE(result, *arguments)(ADDRESSES[name])


def good(result):
    if not result:
        raise SystemExit("OpenSSL refuses")
    return result


def dh_parameters(path):
    file = good(function("BIO_new_file", POINTER, TEXT, TEXT)(path, b"r"))
    return good(function("PEM_read_bio_DHparams", *[POINTER] * 5)(file, None, None, None))


def rsa_key_of_512_bits():
    """For suites of RSA_EXPORT, which allow no longer one (RFC 2246 section D.1)."""
    key, exponent = function("RSA_new", POINTER)(), function("BN_new", POINTER)()
    good(function("BN_set_word", NUMBER, POINTER, ctypes.c_ulong)(exponent, 65537))
    good(function("RSA_generate_key_ex", NUMBER, POINTER, NUMBER, POINTER, POINTER)(key, 512, exponent, None))
    return key


def settings(certificate, key, parameters, ciphers):
    function("SSL_library_init", NUMBER)()
    made = good(function("SSL_CTX_new", POINTER, POINTER)(function("SSLv23_server_method", POINTER)()))
    good(function("SSL_CTX_use_certificate_chain_file", NUMBER, POINTER, TEXT)(made, certificate))
    good(function("SSL_CTX_use_PrivateKey_file", NUMBER, POINTER, TEXT, NUMBER)(made, key, PEM))
    good(function("SSL_CTX_set_cipher_list", NUMBER, POINTER, TEXT)(made, ciphers))
    control = function("SSL_CTX_ctrl", ctypes.c_long, POINTER, NUMBER, ctypes.c_long, POINTER)
    good(control(made, SET_TMP_DH, 0, dh_parameters(parameters)))
    good(control(made, SET_TMP_RSA, 0, rsa_key_of_512_bits()))
    good(control(made, SET_TMP_ECDH, 0, function("EC_KEY_new_by_curve_name", POINTER, NUMBER)(P256)))
    return made


def until_done(ssl, call):
    """After a heartbeat, OpenSSL wants to be asked again."""
    error = function("SSL_get_error", NUMBER, POINTER, NUMBER)
    result = call()
    while result <= 0 and error(ssl, result) == WANT_READ:
        result = call()
    return result


def serve(made, connection):
    ssl = function("SSL_new", POINTER, POINTER)(made)
    function("SSL_set_fd", NUMBER, POINTER, NUMBER)(ssl, connection.fileno())
    accept = function("SSL_accept", NUMBER, POINTER)
    read = function("SSL_read", NUMBER, POINTER, POINTER, NUMBER)
    buffer = ctypes.create_string_buffer(4096)
    if until_done(ssl, lambda: accept(ssl)) == 1:
        until_done(ssl, lambda: read(ssl, buffer, len(buffer)))


def main():
    port, *texts = sys.argv[1:]
    made = settings(*map(str.encode, texts))
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    listener = socket.create_server(("127.0.0.1", int(port)), backlog=128)
    while True:
        connection, _ = listener.accept()
        # This OpenSSL wants locks between threads; processes need none.
        if os.fork() == 0:
            serve(made, connection)
            os._exit(0)
        connection.close()


main()
