#ifndef CMETER_H
#define CMETER_H

#include <stddef.h>
#include <stdint.h>

/// Allocations of this whole process since it started: malloc, calloc, realloc and the aligned ones.
uint64_t cmeter_allocations(void);

/// CPU time in nanoseconds of all threads but the calling one.
uint64_t cmeter_cpu_of_others(void);
/// CPU time in nanoseconds of the calling thread.
uint64_t cmeter_cpu_of_this_thread(void);

/// A UDP socket on a free port of 127.0.0.1 that waits up to two seconds for a datagram; -1 with errno set.
int cmeter_socket(uint16_t *port);
/// Sends one datagram to a port of 127.0.0.1; how many bytes left, or -1.
long cmeter_send(int socket, uint16_t port, const uint8_t *bytes, size_t size);
/// Waits for one datagram; its size, or -1.
long cmeter_receive(int socket, uint8_t *bytes, size_t size);

/// Sends `count` copies of a packet from one socket to a port of 127.0.0.1 and takes them in at another, at most
/// `CMETER_WINDOW` of them under way. Allocates nothing. Says how many arrived; it stops when none comes for two seconds.
long cmeter_pump(int sender, int receiver, uint16_t port, const uint8_t *packet, size_t size, long count);
/// Small enough for the receive buffer that a system without settings gives a socket.
#define CMETER_WINDOW 64

/// The rival: one thread that hands whatever comes to one port of 127.0.0.1 on to another, by recvmmsg and sendmmsg and
/// nothing else, until a datagram of one byte comes. Says on which port it listens, 0 with errno set when it can't.
uint16_t cmeter_forwarder_start(uint16_t destination);

#endif
