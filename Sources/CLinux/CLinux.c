#define _GNU_SOURCE
#include "include/CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

_Static_assert(sizeof(struct clinux_mmsghdr) == sizeof(struct mmsghdr), "mmsghdr has another size");
_Static_assert(
    offsetof(struct clinux_mmsghdr, msg_hdr) == offsetof(struct mmsghdr, msg_hdr), "mmsghdr.msg_hdr is elsewhere");
_Static_assert(
    offsetof(struct clinux_mmsghdr, msg_len) == offsetof(struct mmsghdr, msg_len), "mmsghdr.msg_len is elsewhere");
_Static_assert(sizeof(struct sock_filter) == 8, "a classic BPF instruction has eight bytes");

int clinux_recvmmsg(int fd, struct clinux_mmsghdr *messages, unsigned int count, int flags) {
    return recvmmsg(fd, (struct mmsghdr *)messages, count, flags, NULL);
}

int clinux_sendmmsg(int fd, struct clinux_mmsghdr *messages, unsigned int count, int flags) {
    return sendmmsg(fd, (struct mmsghdr *)messages, count, flags);
}

struct cmsghdr *clinux_cmsg_first(const struct msghdr *message) { return CMSG_FIRSTHDR(message); }

struct cmsghdr *clinux_cmsg_next(struct msghdr *message, struct cmsghdr *current) {
    return CMSG_NXTHDR(message, current);
}

void *clinux_cmsg_data(struct cmsghdr *header) { return CMSG_DATA(header); }

size_t clinux_cmsg_len(size_t length) { return CMSG_LEN(length); }

size_t clinux_cmsg_space(size_t length) { return CMSG_SPACE(length); }

int clinux_attach_filter(int fd, struct sock_filter *program, unsigned short count) {
    struct sock_fprog filter = {.len = count, .filter = program};
    return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof filter);
}

int clinux_setns_net(int fd) { return setns(fd, CLONE_NEWNET); }

int clinux_open_tun(const char *name) {
    struct ifreq request = {.ifr_flags = IFF_TUN | IFF_NO_PI};
    if (strlen(name) >= sizeof request.ifr_name) {
        errno = ENAMETOOLONG;
        return -1;
    }
    strcpy(request.ifr_name, name);
    int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) return -1;
    if (ioctl(fd, TUNSETIFF, &request) < 0) {
        int failure = errno;
        close(fd);
        errno = failure;
        return -1;
    }
    return fd;
}

int clinux_pidfd_open(pid_t pid) { return (int)syscall(SYS_pidfd_open, pid, 0); }

int clinux_pidfd_send_signal(int pidfd, int signal) {
    return (int)syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0);
}

int clinux_pidfd_getfd(int pidfd, int fd) { return (int)syscall(SYS_pidfd_getfd, pidfd, fd, 0); }

int clinux_set_parent_death_signal(int signal) { return prctl(PR_SET_PDEATHSIG, signal); }

int clinux_refuse_netlink(int protocol) {
    struct sock_filter program[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_socket, 0, 5),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[0])),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AF_NETLINK, 0, 3),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[2])),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, protocol, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPROTONOSUPPORT),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog filter = {.len = sizeof program / sizeof program[0], .filter = program};
    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter);
}

pid_t clinux_spawn_detached(
    const char *path, char *const *arguments, char *const *environment, int input, int output, int ready) {
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_t files;
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, input, 0);
    posix_spawn_file_actions_adddup2(&files, output, 1);
    posix_spawn_file_actions_adddup2(&files, output, 2);
    if (ready >= 0) posix_spawn_file_actions_adddup2(&files, ready, 3);
    pid_t child = -1;
    int failure = posix_spawn(&child, path, &files, &attributes, arguments, environment);
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attributes);
    if (failure == 0) return child;
    errno = failure;
    return -1;
}

int clinux_epoll_create(void) { return epoll_create1(EPOLL_CLOEXEC); }

int clinux_eventfd(void) { return eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC); }

int clinux_epoll_wait(int epoll, struct clinux_ready *ready, int count, int64_t timeout_ns) {
    struct epoll_event events[64];
    if (count > 64) count = 64;
    struct timespec timeout = {.tv_sec = timeout_ns / 1000000000, .tv_nsec = timeout_ns % 1000000000};
    int got = epoll_pwait2(epoll, events, count, timeout_ns < 0 ? NULL : &timeout, NULL);
    for (int i = 0; i < got; i++) {
        ready[i].events = events[i].events;
        ready[i].data = events[i].data.fd;
    }
    return got;
}

int clinux_epoll_add_readable(int epoll, int fd, int32_t data) {
    struct epoll_event event = {.events = EPOLLIN, .data.fd = data};
    return epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
}
