"""SQL Server's way into TLS (MS-TDS), in front of a server of TLS: it answers the question before the login, then takes
the records of a handshake out of the packets that wrap them, and wraps those that come back.

Usage: tds.py BACKEND_PORT ENCRYPTION ADDRESS:PORT…, where ENCRYPTION is the byte of the answer: 0 for the login alone, 1
on, 2 not supported, 3 required.
"""

import select
import socket
import struct
import sys
import threading

PRELOGIN, RESPONSE = 0x12, 0x04


def exactly(connection, count):
    data = b""
    while len(data) < count:
        part = connection.recv(count - len(data))
        if not part:
            raise EOFError
        data += part
    return data


def packet(kind, content):
    return struct.pack(">BBHHBB", kind, 1, len(content) + 8, 0, 0, 0) + content


def content(connection, kind):
    _, length, _ = struct.unpack(">BHI", exactly(connection, 7))
    assert kind == PRELOGIN
    return exactly(connection, length - 8)


def answer(encryption):
    version = bytes([16, 0, 16, 109, 0, 0])
    return bytes([0, 0, 11, 0, 6, 1, 0, 17, 0, 1, 0xFF]) + version + bytes([encryption])


def carry(client, backend):
    """Carries on until either hangs up; once the client sends a bare record, the handshake is over and all goes bare."""
    is_bare = False
    while True:
        ready, _, _ = select.select([client, backend], [], [])
        if client in ready:
            first = exactly(client, 1)
            is_bare = is_bare or first[0] != PRELOGIN
            backend.sendall(first if is_bare else content(client, first[0]))
        if backend in ready:
            data = backend.recv(2000)
            if not data:
                return
            client.sendall(data if is_bare else packet(PRELOGIN, data))


def serve(client, port, encryption):
    with client:
        try:
            content(client, exactly(client, 1)[0])
            client.sendall(packet(RESPONSE, answer(encryption)))
            if encryption == 2:
                return
            with socket.create_connection(("127.0.0.1", port)) as backend:
                # A client that resets its connection resets that to the server, as if nothing were between them.
                backend.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                carry(client, backend)
        except (EOFError, OSError, AssertionError):
            pass


def listen(place, port, encryption):
    address, own = place.split(":")
    listener = socket.create_server((address, int(own)))
    while True:
        client, _ = listener.accept()
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        threading.Thread(target=serve, args=(client, port, encryption), daemon=True).start()


def main():
    port, encryption, *places = sys.argv[1:]
    for place in places[1:]:
        threading.Thread(target=listen, args=(place, int(port), int(encryption)), daemon=True).start()
    listen(places[0], int(port), int(encryption))


main()
