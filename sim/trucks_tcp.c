/* SPDX-License-Identifier: Apache-2.0 */
/* The trucks as real terminals: each its own connection; registration, authentication, reports, answers waited for,
 * what was not answered sent again, what could not be sent filled in later with 0x0704. */
#include "net.h"
#include "trucks.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "xie/base/rd.h"

enum {
	IN_FLIGHT = 16,       /* messages sent and not yet answered */
	BATCH = 20,           /* reports in one 0x0704 */
	OUT = 64 * 1024,
	TERMINALS = 16,
	RESEND_MS = 10000,    /* of real time */
	PATIENCE_MS = 30000,  /* without any platform: give up */
};

enum state { AWAY, REGISTERING, LOGGING_IN, UP, DONE };

struct flight {
	uint16_t serial;
	size_t from, n; /* of the truck's own reports */
};

struct terminal {
	const struct truck *truck;
	const struct truck_report **reports; /* its own, by time */
	size_t reports_n, next;              /* next: not yet sent */
	enum state state;
	int fd;
	int64_t retry_at, heard;             /* real ms */
	bool lost;                           /* it had its loss */
	xie_ms back, up;                     /* traffic's time when the link is there again; when it was logged in */
	uint16_t serial;
	char token[256];
	size_t token_n;
	struct flight flight[IN_FLIGHT];
	size_t flight_n;
	uint8_t out[OUT];
	size_t out_n;
	struct xie_jt808_split split;
	uint8_t in[XIE_JT808_WIRE_MAX];
};

struct fleet {
	const struct sim_options *o;
	struct addrinfo *address;
	struct terminal *terminals;
	uint64_t random;
	int64_t wall0;
	xie_ms now; /* traffic's time */
	int64_t wall, connected;
};

static void put(struct fleet *f, struct terminal *t, const uint8_t *wire, size_t n)
{
	if (n > OUT - t->out_n)
		return; /* the platform does not read; what is not answered is sent again */
	memcpy(t->out + t->out_n, wire, n);
	t->out_n += n;
	if (f->o->garbage != 0 && sim_random(&f->random) % f->o->garbage == 0 && OUT - t->out_n >= 16) {
		uint32_t junk[2] = { sim_random(&f->random) | 1, sim_random(&f->random) | 1 };
		t->out[t->out_n++] = 0x7e;
		memcpy(t->out + t->out_n, junk, sizeof junk);
		t->out_n += sizeof junk;
		t->out[t->out_n++] = 0x7e;
	}
}

static void hang_up(struct fleet *f, struct terminal *t, int64_t retry_ms)
{
	if (t->fd >= 0)
		(void)close(t->fd);
	t->fd = -1;
	t->state = AWAY;
	t->out_n = 0;
	t->retry_at = f->wall + retry_ms;
}

static void call(struct fleet *f, struct terminal *t)
{
	uint8_t wire[XIE_JT808_WIRE_MAX];
	if (f->wall < t->retry_at || f->now < t->back)
		return;
	t->fd = sim_call(f->address);
	if (t->fd < 0) {
		hang_up(f, t, 1000);
		return;
	}
	f->connected = f->wall;
	t->heard = f->wall;
	xie_jt808_split_init(&t->split, t->in, sizeof t->in);
	t->state = t->token_n != 0 ? LOGGING_IN : REGISTERING;
	if (t->token_n != 0)
		put(f, t, wire, truck_login(t->truck, t->serial++, (xie_str){ t->token, t->token_n }, wire));
	else
		put(f, t, wire, truck_register(t->truck, t->serial++, wire));
}

static void send_flight(struct fleet *f, struct terminal *t, const struct flight *x)
{
	uint8_t wire[XIE_JT808_WIRE_MAX];
	size_t n = x->n == 1 ? truck_position(t->truck, x->serial, t->reports[x->from], wire)
			     : truck_batch(t->truck, x->serial, t->reports + x->from, x->n, wire);
	put(f, t, wire, n);
	if (f->o->duplicate != 0 && sim_random(&f->random) % f->o->duplicate == 0)
		put(f, t, wire, n);
}

/* What is due: as 0x0200, and what was made while there was no link as 0x0704. */
static void send_due(struct fleet *f, struct terminal *t)
{
	while (t->flight_n < IN_FLIGHT && t->next < t->reports_n && t->reports[t->next]->t <= f->now) {
		size_t n = 1;
		while (n < BATCH && t->next + n < t->reports_n && t->reports[t->next + n]->t < t->up)
			n++;
		t->flight[t->flight_n] = (struct flight){ t->serial++, t->next, n };
		t->next += n;
		send_flight(f, t, &t->flight[t->flight_n++]);
	}
	if (t->next == t->reports_n && t->flight_n == 0) {
		hang_up(f, t, 0);
		t->state = DONE;
	}
}

static void answer(struct fleet *f, struct terminal *t, const struct xie_jt808_frame *got)
{
	uint8_t body[5], wire[XIE_JT808_WIRE_MAX];
	struct xie_jt808_head h = { .id = 0x0001, .edition = t->truck->edition, .serial = t->serial++ };
	xie_wr b = xie_wr_of(body, sizeof body), w = xie_wr_of(wire, sizeof wire);
	xie_wr_u16be(&b, got->head.serial);
	xie_wr_u16be(&b, got->head.id);
	xie_wr_u8(&b, 0);
	if (xie_jt808_phone_set(&h, xie_str_of(t->truck->phone)) == XIE_OK &&
	    xie_jt808_frame_write(&w, &h, body, b.n) == XIE_OK)
		put(f, t, wire, w.n);
}

static void answered(struct fleet *f, struct terminal *t, uint16_t serial, uint16_t id, uint8_t result)
{
	if (t->state == LOGGING_IN && id == 0x0102) {
		if (result != 0) { /* the token is no longer good: register anew */
			t->token_n = 0;
			hang_up(f, t, 1000);
			return;
		}
		t->state = UP;
		t->up = f->now;
		for (size_t i = 0; i < t->flight_n; i++)
			send_flight(f, t, &t->flight[i]); /* under the same serial numbers */
		return;
	}
	for (size_t i = 0; i < t->flight_n; i++)
		if (t->flight[i].serial == serial && (result == 0 || result == 4)) {
			memmove(&t->flight[i], &t->flight[i + 1], (t->flight_n - i - 1) * sizeof t->flight[0]);
			t->flight_n--;
			return;
		}
}

static void registered(struct fleet *f, struct terminal *t, xie_rd *r)
{
	uint8_t wire[XIE_JT808_WIRE_MAX];
	(void)xie_rd_u16be(r);
	uint8_t result = xie_rd_u8(r);
	xie_str token = xie_rd_str(r, xie_rd_left(r));
	if (result != 0 || token.n == 0 || token.n > sizeof t->token) {
		(void)fprintf(stderr, "%s: registration refused, result %u\n", t->truck->phone, result);
		hang_up(f, t, 5000);
		return;
	}
	memcpy(t->token, token.p, token.n);
	t->token_n = token.n;
	t->state = LOGGING_IN;
	put(f, t, wire, truck_login(t->truck, t->serial++, (xie_str){ t->token, t->token_n }, wire));
}

static void hear(struct fleet *f, struct terminal *t, const struct xie_jt808_piece *piece)
{
	uint8_t room[XIE_JT808_FRAME_MAX];
	struct xie_jt808_frame got;
	if (piece->bad != XIE_JT808_BAD_NONE ||
	    xie_jt808_frame_read(piece->content, piece->n, room, &got) != XIE_JT808_BAD_NONE)
		return;
	xie_rd r = xie_rd_of(got.body, got.head.body_n);
	t->heard = f->wall;
	if (got.head.id == 0x8100 && t->state == REGISTERING) {
		registered(f, t, &r);
	} else if (got.head.id == 0x8001) {
		uint16_t serial = xie_rd_u16be(&r), id = xie_rd_u16be(&r);
		uint8_t result = xie_rd_u8(&r);
		if (r.st == XIE_OK)
			answered(f, t, serial, id, result);
	} else if (got.head.id >= 0x8000 && got.head.id != 0x8100) {
		answer(f, t, &got);
	}
}

static void listen_to(struct fleet *f, struct terminal *t)
{
	uint8_t chunk[4096];
	struct xie_jt808_piece piece;
	ssize_t n = recv(t->fd, chunk, sizeof chunk, 0);
	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) {
		hang_up(f, t, 1000);
		return;
	}
	if (n < 0)
		return;
	xie_jt808_split_feed(&t->split, chunk, (size_t)n);
	while (t->fd >= 0 && xie_jt808_split_next(&t->split, &piece))
		hear(f, t, &piece);
}

static void speak(struct fleet *f, struct terminal *t)
{
	ssize_t n = send(t->fd, t->out, t->out_n, MSG_NOSIGNAL);
	if (n < 0) {
		if (errno != EAGAIN && errno != EINTR)
			hang_up(f, t, 1000);
		return;
	}
	memmove(t->out, t->out + n, t->out_n - (size_t)n);
	t->out_n -= (size_t)n;
}

static void live(struct fleet *f, struct terminal *t, size_t index)
{
	/* every link is lost once, one truck after the other */
	xie_ms loss = f->o->start + 600000 + (xie_ms)index * 120000;
	if (f->o->lose_s != 0 && !t->lost && t->state == UP && f->now >= loss) {
		t->lost = true;
		t->back = f->now + (xie_ms)f->o->lose_s * 1000;
		hang_up(f, t, 0);
	}
	if (t->state == AWAY)
		call(f, t);
	if (t->fd >= 0 && f->wall - t->heard > RESEND_MS && (t->state != UP || t->flight_n != 0))
		hang_up(f, t, 0); /* no answer: begin anew, and send again what is not answered */
	if (t->state == UP)
		send_due(f, t);
}

/* One turn of all terminals; how many are not done. */
static size_t turn(struct fleet *f)
{
	struct pollfd p[TERMINALS];
	size_t busy = 0;
	f->wall = sim_wall_ms();
	f->now = f->o->now + (f->wall - f->wall0) * f->o->speed;
	for (uint32_t i = 0; i < trucks_n; i++) {
		struct terminal *t = &f->terminals[i];
		if (t->state != DONE)
			live(f, t, i);
		p[i] = (struct pollfd){ .fd = t->fd, .events = (short)(POLLIN | (t->out_n != 0 ? POLLOUT : 0)) };
		busy += t->state != DONE;
	}
	if (busy == 0 || poll(p, trucks_n, 20) < 0)
		return busy;
	for (uint32_t i = 0; i < trucks_n; i++) {
		struct terminal *t = &f->terminals[i];
		if (t->fd >= 0 && (p[i].revents & POLLOUT) != 0)
			speak(f, t);
		if (t->fd >= 0 && (p[i].revents & (POLLIN | POLLHUP | POLLERR)) != 0)
			listen_to(f, t);
	}
	return busy;
}

static bool man(struct fleet *f, const struct truck_report *reports, size_t n)
{
	f->terminals = calloc(trucks_n, sizeof *f->terminals);
	if (f->terminals == NULL || trucks_n > TERMINALS)
		return false;
	for (uint32_t i = 0; i < trucks_n; i++) {
		struct terminal *t = &f->terminals[i];
		t->truck = &trucks_all[i];
		t->fd = -1;
		t->reports = calloc(n, sizeof *t->reports);
		if (t->reports == NULL)
			return false;
		for (size_t k = 0; k < n; k++)
			if (reports[k].truck == i && reports[k].t >= f->o->now)
				t->reports[t->reports_n++] = &reports[k];
		t->back = t->reports_n != 0 ? t->reports[0]->t : 0; /* its device is not on before */
	}
	return true;
}

int trucks_connect(const struct sim_options *o, const struct truck_report *reports, size_t n)
{
	struct fleet f = { .o = o, .random = o->seed };
	int rc = 0;
	if (!sim_resolve(o->to, &f.address)) {
		(void)fprintf(stderr, "xiezhi-sim: --to %s: no such address; HOST:PORT\n", o->to);
		return 3;
	}
	if (!man(&f, reports, n)) {
		(void)fputs("xiezhi-sim: out of memory\n", stderr);
		rc = 3;
	}
	f.wall0 = f.connected = sim_wall_ms();
	while (rc == 0 && turn(&f) != 0) {
		bool alone = true;
		for (uint32_t i = 0; i < trucks_n; i++)
			alone = alone && (f.terminals[i].fd < 0 && (f.terminals[i].state == DONE || f.now >= f.terminals[i].back));
		if (!alone)
			f.connected = f.wall;
		if (f.wall - f.connected > PATIENCE_MS) {
			(void)fprintf(stderr, "xiezhi-sim: nobody answers at %s\n", o->to);
			rc = 3;
		}
	}
	for (uint32_t i = 0; f.terminals != NULL && i < trucks_n; i++) {
		if (f.terminals[i].fd >= 0)
			(void)close(f.terminals[i].fd);
		free(f.terminals[i].reports);
	}
	free(f.terminals);
	freeaddrinfo(f.address);
	return rc;
}
