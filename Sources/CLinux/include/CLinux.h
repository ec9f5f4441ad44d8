// The system calls that Swift's Glibc module lacks: some are hidden behind _GNU_SOURCE, which the importer doesn't
// define, some are macros, some have no wrapper in the C library. Every function reports failure as the call itself
// does: -1 with errno set.
#ifndef CLINUX_H
#define CLINUX_H

#include "network.h"

#include <linux/filter.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/types.h>

// MARK: Datagrams in batches

/// The layout of the kernel's `struct mmsghdr`; CLinux.c proves it.
struct clinux_mmsghdr {
    struct msghdr msg_hdr;
    unsigned int msg_len;
};

/// Receives up to `count` datagrams without waiting for the batch to fill. Returns how many came.
int clinux_recvmmsg(int fd, struct clinux_mmsghdr *_Nonnull messages, unsigned int count, int flags);
/// Sends up to `count` datagrams. Returns how many left.
int clinux_sendmmsg(int fd, struct clinux_mmsghdr *_Nonnull messages, unsigned int count, int flags);

// MARK: Control messages

struct cmsghdr *_Nullable clinux_cmsg_first(const struct msghdr *_Nonnull message);
struct cmsghdr *_Nullable clinux_cmsg_next(struct msghdr *_Nonnull message, struct cmsghdr *_Nonnull current);
void *_Nonnull clinux_cmsg_data(struct cmsghdr *_Nonnull header);
/// The length to write into `cmsg_len` for a payload of `length` bytes.
size_t clinux_cmsg_len(size_t length);
/// The room a payload of `length` bytes takes in the control buffer, padding included.
size_t clinux_cmsg_space(size_t length);

// MARK: Filters

/// SO_ATTACH_FILTER: the kernel hands `fd` only what the classic BPF program lets through.
int clinux_attach_filter(int fd, struct sock_filter *_Nonnull program, unsigned short count);

// MARK: Network namespaces and devices

/// Moves the *calling thread* into the network namespace open at `fd`. Never on a thread of a pool.
int clinux_setns_net(int fd);
/// Opens /dev/net/tun and makes a TUN device `name` (up to 15 bytes) without packet information headers. The descriptor
/// is non-blocking and closes on exec; the device goes when it is closed, in whichever namespace it is by then.
int clinux_open_tun(const char *_Nonnull name);

// MARK: Processes

int clinux_pidfd_open(pid_t pid);
int clinux_pidfd_send_signal(int pidfd, int signal);
/// A descriptor of ours for the open file that is `fd` in that process (pidfd_getfd(2)), closed on exec.
int clinux_pidfd_getfd(int pidfd, int fd);
/// Asks for `signal` when the thread that started this process ends. Ask for the parent again afterwards: it may have
/// died before the call.
int clinux_set_parent_death_signal(int signal);
/// From now on this process and whatever it becomes find a kernel without this netlink protocol (little-endian machines).
int clinux_refuse_netlink(int protocol);

/// Starts `path` in a session of its own, with all signals at default and none blocked, so that it outlives the caller's
/// terminal. `input`, `output` and `ready` (or -1) become its descriptors 0, 1 and 2, and 3. Returns its pid, or -1.
pid_t clinux_spawn_detached(
    const char *_Nonnull path, char *_Nullable const *_Nonnull arguments, char *_Nullable const *_Nonnull environment,
    int input, int output, int ready);

// MARK: Waiting

/// `struct epoll_event` as plain fields: the C type is packed on x86-64 and a union, neither of which imports well.
struct clinux_ready {
    uint32_t events;
    int32_t data;
};

/// A new epoll instance, closed on exec.
int clinux_epoll_create(void);
/// An eventfd, non-blocking and closed on exec: a write of eight bytes wakes whoever waits for it, from any thread.
int clinux_eventfd(void);
/// Waits for descriptors of `epoll` for up to `timeout_ns` nanoseconds (below 0: for ever). At most 64 are reported.
int clinux_epoll_wait(int epoll, struct clinux_ready *_Nonnull ready, int count, int64_t timeout_ns);
/// Adds `fd` to `epoll`, level-triggered, for EPOLLIN; it is reported with `data`.
int clinux_epoll_add_readable(int epoll, int fd, int32_t data);

#endif
