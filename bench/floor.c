/* The floor under media.fanout, and the receivers of both sides.
 *
 * send_frames: what no program can do without: per viewer and frame a copy of the plaintext,
 * srtp_protect per packet (the very libsrtp the engine uses, handed in as a pointer) and one
 * sendmsg with UDP_SEGMENT. Paced at 30 frames and 50 audio packets a second. It receives
 * nothing, keeps no ring and answers nobody. Returns the packets sent, -1 if sealing failed.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdint.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>

#define TAG 16
#define UDP_SEGMENT_ 103

static long failures;

typedef int (*seal_t)(void *context, void *packet, int *length);

static uint64_t now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + t.tv_nsec;
}

static void header(uint8_t *at, uint16_t seq, uint32_t ssrc, int type) {
    memset(at, 0, 12);
    at[0] = 0x80;
    at[1] = type;
    at[2] = seq >> 8;
    at[3] = seq;
    memcpy(at + 8, &ssrc, 4);
}

static void to_everyone(int fd, seal_t seal, void **contexts, struct sockaddr_in *viewers, int count,
                        const uint8_t *plain, int packets, int size) {
    static uint8_t sealed[65536];
    int stride = size + TAG;
    char control[CMSG_SPACE(sizeof(uint16_t))] = {0};
    struct iovec vector = {sealed, (size_t)packets * stride};
    for (int v = 0; v < count; v++) {
        memcpy(sealed, plain, vector.iov_len);
        for (int p = 0; p < packets; p++) {
            int length = size;
            failures += seal(contexts[v], sealed + p * stride, &length) != 0;
        }
        struct msghdr message = {&viewers[v], sizeof *viewers, &vector, 1, 0, 0, 0};
        if (packets > 1) {
            message.msg_control = control;
            message.msg_controllen = sizeof control;
            struct cmsghdr *segment = CMSG_FIRSTHDR(&message);
            segment->cmsg_level = IPPROTO_UDP;
            segment->cmsg_type = UDP_SEGMENT_;
            segment->cmsg_len = CMSG_LEN(sizeof(uint16_t));
            *(uint16_t *)CMSG_DATA(segment) = stride;
        }
        sendmsg(fd, &message, MSG_DONTWAIT);
    }
}

long send_frames(int fd, seal_t seal, void **contexts, struct sockaddr_in *viewers, int count,
                 int packets, int size, int audio_size, double seconds) {
    static uint8_t video[65536], audio[2048];
    uint16_t video_seq = 0, audio_seq = 0;
    uint64_t begin = now_ns(), end = begin + (uint64_t)(seconds * 1e9);
    uint64_t video_due = begin, audio_due = begin;
    long sent = 0;
    while (video_due < end || audio_due < end) {
        uint64_t due = video_due < audio_due ? video_due : audio_due;
        struct timespec until = {due / 1000000000u, due % 1000000000u};
        clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, 0);
        if (due == audio_due) {
            header(audio, audio_seq++, 2, 111);
            to_everyone(fd, seal, contexts, viewers, count, audio, 1, audio_size);
            audio_due += 20000000u;
            sent += count;
        } else {
            for (int p = 0; p < packets; p++)
                header(video + p * (size + TAG), video_seq++, 1, 103);
            to_everyone(fd, seal, contexts, viewers, count, video, packets, size);
            video_due += 33333333u;
            sent += (long)count * packets;
        }
    }
    return failures ? -1 : sent;
}

/* Read every socket until nothing came for two seconds; the number of datagrams. */
long receive(const int *fds, int count) {
    static uint8_t room[64][2048];
    struct mmsghdr messages[64];
    struct iovec vectors[64];
    memset(messages, 0, sizeof messages);
    for (int i = 0; i < 64; i++) {
        vectors[i] = (struct iovec){room[i], sizeof room[i]};
        messages[i].msg_hdr.msg_iov = &vectors[i];
        messages[i].msg_hdr.msg_iovlen = 1;
    }
    int poll = epoll_create1(0);
    for (int i = 0; i < count; i++) {
        struct epoll_event wanted = {.events = EPOLLIN, .data.fd = fds[i]};
        epoll_ctl(poll, EPOLL_CTL_ADD, fds[i], &wanted);
    }
    long received = 0;
    struct epoll_event ready[256];
    for (;;) {
        int woken = epoll_wait(poll, ready, 256, received ? 2000 : 20000);
        if (woken <= 0) return received;
        for (int i = 0; i < woken; i++) {
            int read = recvmmsg(ready[i].data.fd, messages, 64, MSG_DONTWAIT, 0);
            if (read > 0) received += read;
        }
    }
}
