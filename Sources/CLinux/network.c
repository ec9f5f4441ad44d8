#define _GNU_SOURCE
#include "include/network.h"

#include <errno.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

static int close_failed(int fd) {
    int failure = errno;
    close(fd);
    errno = failure;
    return -1;
}

int clinux_raw_ipv4_socket(int protocol, int ttl) {
    int fd = socket(AF_INET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol);
    if (fd < 0) return -1;
    if (setsockopt(fd, IPPROTO_IP, IP_TTL, &ttl, sizeof ttl) < 0) return close_failed(fd);
    return fd;
}

int clinux_send_ipv4(int fd, const void *bytes, size_t length, uint32_t source, uint32_t destination) {
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(destination)};
    struct iovec part = {.iov_base = (void *)bytes, .iov_len = length};
    union {
        char room[CMSG_SPACE(sizeof(struct in_pktinfo))];
        struct cmsghdr aligned;
    } control;
    memset(&control, 0, sizeof control);
    struct msghdr message = {.msg_name = &to, .msg_namelen = sizeof to, .msg_iov = &part, .msg_iovlen = 1};
    if (source) {
        message.msg_control = &control;
        message.msg_controllen = sizeof control.room;
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = IPPROTO_IP;
        header->cmsg_type = IP_PKTINFO;
        header->cmsg_len = CMSG_LEN(sizeof(struct in_pktinfo));
        struct in_pktinfo info = {.ipi_spec_dst.s_addr = htonl(source)};
        memcpy(CMSG_DATA(header), &info, sizeof info);
    }
    return (int)sendmsg(fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
}

int clinux_raw_ipv6_udp_socket(int hops) {
    int fd = socket(AF_INET6, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_UDP);
    if (fd < 0) return -1;
    int checksum_at = 6;
    if (setsockopt(fd, IPPROTO_IPV6, IPV6_UNICAST_HOPS, &hops, sizeof hops) < 0 ||
        setsockopt(fd, IPPROTO_IPV6, IPV6_CHECKSUM, &checksum_at, sizeof checksum_at) < 0)
        return close_failed(fd);
    return fd;
}

int clinux_send_ipv6(int fd, const void *bytes, size_t length, const uint8_t *destination) {
    // A raw socket takes no port but 0: the ports stand in the UDP header.
    struct sockaddr_in6 to = {.sin6_family = AF_INET6};
    memcpy(&to.sin6_addr, destination, sizeof to.sin6_addr);
    return (int)sendto(fd, bytes, length, MSG_NOSIGNAL | MSG_DONTWAIT, (struct sockaddr *)&to, sizeof to);
}

int clinux_netlink_socket(int protocol, uint32_t groups) {
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol);
    if (fd < 0) return -1;
    struct sockaddr_nl address = {.nl_family = AF_NETLINK, .nl_groups = groups};
    if (bind(fd, (struct sockaddr *)&address, sizeof address) < 0) return close_failed(fd);
    return fd;
}

static int unix_address(struct sockaddr_un *address, const char *path) {
    memset(address, 0, sizeof *address);
    address->sun_family = AF_UNIX;
    if (strlen(path) >= sizeof address->sun_path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    strcpy(address->sun_path, path);
    return 0;
}

int clinux_unix_listen(const char *path) {
    struct sockaddr_un address;
    if (unix_address(&address, path) < 0) return -1;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return -1;
    if (bind(fd, (struct sockaddr *)&address, sizeof address) < 0) return close_failed(fd);
    // Nobody can connect before listen, so nobody slips in before the mode is set.
    if (chmod(path, 0600) < 0 || listen(fd, 16) < 0) {
        unlink(path);
        return close_failed(fd);
    }
    return fd;
}

int clinux_unix_connect(const char *path, int timeout_ms) {
    struct sockaddr_un address;
    if (unix_address(&address, path) < 0) return -1;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return -1;
    struct timeval wait = {.tv_sec = timeout_ms / 1000, .tv_usec = timeout_ms % 1000 * 1000};
    if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait) < 0 ||
        setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait) < 0 ||
        connect(fd, (struct sockaddr *)&address, sizeof address) < 0)
        return close_failed(fd);
    return fd;
}
