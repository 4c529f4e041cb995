"""What every media benchmark sends and how it is received: the same for us, rivals and floors.

30 frames of five packets of 1.1 kB and 50 packets of sound a second, a keyframe every ten
seconds; viewers are UDP sockets that are read in C, awake all the time.
"""

from __future__ import annotations

import ctypes
import socket
import time
from collections.abc import Callable, Sequence

from rooms.media.rtp import HEADER

FRAME_PACKETS, PACKET_BYTES, AUDIO_BYTES = 5, 1100, 120
VIDEO_TYPE, AUDIO_TYPE = 103, 111
KEYFRAME_EVERY = 300
Send = Callable[[bytes], object]


def publish(seconds: float, send_video: Send, send_audio: Send) -> int:
    """Send for so long, in real time; the number of packets."""
    begin = time.monotonic()
    video_seq = audio_seq = frame = 0
    payload, audio = b"\x41" + bytes(PACKET_BYTES - 1), bytes(AUDIO_BYTES)
    while (now := time.monotonic() - begin) < seconds:
        while frame < now * 30:
            first = b"\x65" + payload[1:] if frame % KEYFRAME_EVERY == 0 else payload
            for place in range(FRAME_PACKETS):
                kind = VIDEO_TYPE | (0x80 if place == FRAME_PACKETS - 1 else 0)
                header = HEADER.pack(0x80, kind, video_seq & 0xFFFF, frame * 3000, 7)
                send_video(header + (payload if place else first))
                video_seq += 1
            frame += 1
        while audio_seq < now * 50:
            header = HEADER.pack(0x80, AUDIO_TYPE, audio_seq & 0xFFFF, audio_seq * 960, 8)
            send_audio(header + audio)
            audio_seq += 1
        time.sleep(0.002)
    return video_seq + audio_seq


def receive_all(sockets: Sequence[socket.socket], library: str) -> int:
    """Read them all until nothing came for two seconds; the number of datagrams."""
    descriptors = (ctypes.c_int * len(sockets))(*(sock.fileno() for sock in sockets))
    receive = ctypes.CDLL(library).receive
    receive.restype = ctypes.c_long
    return int(receive(descriptors, len(sockets)))


def udp_socket(host: str = "127.0.0.1") -> socket.socket:
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
    sock.bind((host, 0))
    sock.setblocking(False)
    return sock
