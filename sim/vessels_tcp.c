/* SPDX-License-Identifier: Apache-2.0 */
/* The two stations as receivers that call the platform: each its own connection; what it heard while its uplink was away
 * it gives on afterwards, with the times at which it heard it. */
#include "net.h"
#include "vessels.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	LOSS_S = 600,        /* into the traffic: the first station's loss */
	RETRY_MS = 1000,
	PATIENCE_MS = 30000, /* without any platform: give up */
	TURN_MS = 20
};

struct uplink {
	int fd;
	size_t next; /* line; those of the other station are passed over */
	size_t sent; /* bytes of it */
	int64_t retry_at;
	bool lost;   /* had its loss */
	xie_ms back;
};

struct feed {
	const struct sim_options *o;
	const struct vessel_lines *l;
	struct addrinfo *address;
	struct uplink up[VESSEL_STATIONS];
	int64_t wall, wall0, connected;
	xie_ms now;
};

static void hang_up(struct feed *f, struct uplink *u)
{
	if (u->fd >= 0)
		(void)close(u->fd);
	u->fd = -1;
	u->sent = 0; /* the line that was cut is said again */
	u->retry_at = f->wall + RETRY_MS;
}

static void pass_over(const struct feed *f, struct uplink *u, unsigned station)
{
	while (u->next < f->l->n && f->l->v[u->next].station != station)
		u->next++;
}

static void talk(struct feed *f, struct uplink *u, unsigned station)
{
	for (pass_over(f, u, station); u->next < f->l->n && f->l->v[u->next].at <= f->now; pass_over(f, u, station)) {
		const struct vessel_line *line = &f->l->v[u->next];
		ssize_t n = send(u->fd, f->l->text + line->text + u->sent, line->n - u->sent, MSG_NOSIGNAL);
		if (n < 0) {
			if (errno != EAGAIN && errno != EINTR)
				hang_up(f, u);
			return;
		}
		u->sent += (size_t)n;
		if (u->sent < line->n)
			return;
		u->sent = 0;
		u->next++;
	}
}

/* The platform says nothing; that it hangs up shows by reading. */
static void listen_to(struct feed *f, struct uplink *u)
{
	char chunk[512];
	ssize_t n = recv(u->fd, chunk, sizeof chunk, 0);
	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
		hang_up(f, u);
}

static void live(struct feed *f, struct uplink *u, unsigned station)
{
	xie_ms loss = f->o->start + (LOSS_S + (xie_ms)station * 300) * 1000;
	if (f->o->lose_s != 0 && !u->lost && u->fd >= 0 && f->now >= loss) {
		u->lost = true;
		u->back = f->now + (xie_ms)f->o->lose_s * 1000;
		hang_up(f, u);
	}
	if (u->fd < 0 && f->wall >= u->retry_at && f->now >= u->back) {
		u->fd = sim_call(f->address);
		if (u->fd < 0)
			u->retry_at = f->wall + RETRY_MS;
	}
	if (u->fd >= 0) {
		f->connected = f->wall;
		talk(f, u, station);
	}
}

/* One turn; are there lines left? */
static bool turn(struct feed *f)
{
	struct pollfd p[VESSEL_STATIONS];
	bool left = false;
	f->wall = sim_wall_ms();
	f->now = f->o->now + (f->wall - f->wall0) * f->o->speed;
	for (unsigned s = 0; s < VESSEL_STATIONS; s++) {
		struct uplink *u = &f->up[s];
		live(f, u, s);
		left = left || u->next < f->l->n;
		p[s] = (struct pollfd){ .fd = u->fd, .events = POLLIN };
	}
	if (left && poll(p, VESSEL_STATIONS, TURN_MS) > 0)
		for (unsigned s = 0; s < VESSEL_STATIONS; s++)
			if (f->up[s].fd >= 0 && p[s].revents != 0)
				listen_to(f, &f->up[s]);
	return left;
}

int vessels_connect(const struct sim_options *o, const struct vessel_lines *l)
{
	struct feed f = { .o = o, .l = l };
	int rc = 0;
	size_t first = 0;
	if (!sim_resolve(o->to, &f.address)) {
		(void)fprintf(stderr, "xiezhi-sim: --to %s: no such address; HOST:PORT\n", o->to);
		return 3;
	}
	while (first < l->n && l->v[first].at < o->now)
		first++;
	for (unsigned s = 0; s < VESSEL_STATIONS; s++)
		f.up[s] = (struct uplink){ .fd = -1, .next = first, .retry_at = INT64_MIN, .back = INT64_MIN };
	f.wall0 = f.connected = sim_wall_ms();
	while (rc == 0 && turn(&f))
		if (f.wall - f.connected > PATIENCE_MS) {
			(void)fprintf(stderr, "xiezhi-sim: nobody answers at %s\n", o->to);
			rc = 3;
		}
	for (unsigned s = 0; s < VESSEL_STATIONS; s++)
		if (f.up[s].fd >= 0)
			(void)close(f.up[s].fd);
	freeaddrinfo(f.address);
	return rc;
}
