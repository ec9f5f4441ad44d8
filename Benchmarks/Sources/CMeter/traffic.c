#define _GNU_SOURCE
#include "CMeter.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { batch = 64, room = 2048 };

static uint64_t nanoseconds(clockid_t clock) {
    struct timespec time;
    clock_gettime(clock, &time);
    return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

uint64_t cmeter_cpu_of_this_thread(void) { return nanoseconds(CLOCK_THREAD_CPUTIME_ID); }

uint64_t cmeter_cpu_of_others(void) {
    return nanoseconds(CLOCK_PROCESS_CPUTIME_ID) - nanoseconds(CLOCK_THREAD_CPUTIME_ID);
}

static struct sockaddr_in loopback(uint16_t port) {
    struct sockaddr_in name = {.sin_family = AF_INET, .sin_port = htons(port)};
    name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return name;
}

int cmeter_socket(uint16_t *port) {
    struct sockaddr_in name = loopback(0);
    socklen_t size = sizeof name;
    struct timeval patience = {.tv_sec = 2};
    int socket_ = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (socket_ < 0) return -1;
    if (bind(socket_, (struct sockaddr *)&name, size) != 0
        || getsockname(socket_, (struct sockaddr *)&name, &size) != 0
        || setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) != 0) {
        close(socket_);
        return -1;
    }
    *port = ntohs(name.sin_port);
    return socket_;
}

long cmeter_send(int socket, uint16_t port, const uint8_t *bytes, size_t size) {
    struct sockaddr_in name = loopback(port);
    return sendto(socket, bytes, size, 0, (struct sockaddr *)&name, sizeof name);
}

long cmeter_receive(int socket, uint8_t *bytes, size_t size) { return recv(socket, bytes, size, 0); }

long cmeter_pump(int sender, int receiver, uint16_t port, const uint8_t *packet, size_t size, long count) {
    static struct mmsghdr out[batch / 2], in[batch];
    static struct iovec outgoing, incoming[batch];
    static uint8_t arrived[batch][room];
    struct sockaddr_in name = loopback(port);
    outgoing = (struct iovec){(void *)packet, size};
    for (int slot = 0; slot < batch / 2; slot++) {
        out[slot].msg_hdr = (struct msghdr){
            .msg_name = &name, .msg_namelen = sizeof name, .msg_iov = &outgoing, .msg_iovlen = 1};
    }
    for (int slot = 0; slot < batch; slot++) {
        incoming[slot] = (struct iovec){arrived[slot], room};
        in[slot].msg_hdr = (struct msghdr){.msg_iov = &incoming[slot], .msg_iovlen = 1};
    }
    long sent = 0, received = 0;
    while (received < count) {
        while (sent < count && sent - received <= CMETER_WINDOW - batch / 2) {
            long left = count - sent;
            int some = sendmmsg(sender, out, left < batch / 2 ? (unsigned)left : batch / 2, 0);
            if (some < 0) return received;
            sent += some;
        }
        int some = recvmmsg(receiver, in, batch, MSG_WAITFORONE, NULL);
        if (some <= 0) return received;
        received += some;
    }
    return received;
}

struct rival {
    int socket;
    uint16_t destination;
};

static void *forward(void *context) {
    static struct mmsghdr messages[batch];
    static struct iovec vectors[batch];
    static uint8_t bytes[batch][room];
    struct rival rival = *(struct rival *)context;
    struct sockaddr_in name = loopback(rival.destination);
    for (;;) {
        for (int slot = 0; slot < batch; slot++) {
            vectors[slot] = (struct iovec){bytes[slot], room};
            messages[slot].msg_hdr = (struct msghdr){.msg_iov = &vectors[slot], .msg_iovlen = 1};
        }
        int count = recvmmsg(rival.socket, messages, batch, MSG_WAITFORONE, NULL);
        for (int slot = 0; slot < count; slot++) {
            if (messages[slot].msg_len == 1) {
                close(rival.socket);
                return NULL;
            }
            vectors[slot].iov_len = messages[slot].msg_len;
            messages[slot].msg_hdr.msg_name = &name;
            messages[slot].msg_hdr.msg_namelen = sizeof name;
        }
        for (int sent = 0; sent < count;) {
            int some = sendmmsg(rival.socket, messages + sent, (unsigned)(count - sent), 0);
            sent += some > 0 ? some : 1;
        }
    }
}

uint16_t cmeter_forwarder_start(uint16_t destination) {
    static struct rival rival;
    uint16_t port = 0;
    int buffer = 4 << 20;
    struct timeval forever = {0};
    pthread_t thread;
    rival = (struct rival){cmeter_socket(&port), destination};
    if (rival.socket < 0) return 0;
    setsockopt(rival.socket, SOL_SOCKET, SO_RCVTIMEO, &forever, sizeof forever);
    // As the relay's own.
    if (setsockopt(rival.socket, SOL_SOCKET, SO_RCVBUFFORCE, &buffer, sizeof buffer) != 0) {
        setsockopt(rival.socket, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
    }
    if (pthread_create(&thread, NULL, forward, &rival) != 0) {
        close(rival.socket);
        return 0;
    }
    pthread_detach(thread);
    return port;
}
