/* SPDX-License-Identifier: Apache-2.0 */
/* Signalling of JT/T 1078-2016. */
#include "walk.h"

void walk_av_attributes(struct walk *x, struct xie_jt808_msg *m)
{
	struct xie_jt808_av_attributes *a = &m->u.av_attributes;
	walk_u8(x, "audio_codec", &a->audio_codec);
	walk_u8(x, "audio_channels", &a->audio_channels);
	walk_u8(x, "audio_rate", &a->audio_rate);
	walk_u8(x, "audio_bits", &a->audio_bits);
	walk_u16(x, "audio_frame", &a->audio_frame);
	walk_u8(x, "audio_out", &a->audio_out);
	walk_u8(x, "video_codec", &a->video_codec);
	walk_u8(x, "audio_max", &a->audio_max);
	walk_u8(x, "video_max", &a->video_max);
}

void walk_passengers(struct walk *x, struct xie_jt808_msg *m)
{
	struct xie_jt808_passengers *p = &m->u.passengers;
	walk_time(x, "from", &p->from);
	walk_time(x, "to", &p->to);
	walk_u16(x, "on", &p->on);
	walk_u16(x, "off", &p->off);
}

static void server(struct walk *x, xie_str *host, uint16_t *tcp, uint16_t *udp)
{
	walk_text_len(x, "host", host, 1);
	walk_u16(x, "tcp_port", tcp);
	walk_u16(x, "udp_port", udp);
}

void walk_av_open(struct walk *x, struct xie_jt808_msg *m)
{
	struct xie_jt808_av_open *o = &m->u.av_open;
	server(x, &o->host, &o->tcp, &o->udp);
	walk_u8(x, "channel", &o->channel);
	walk_u8(x, "data", &o->data);
	WALK_WORD(x, "data_text", o->data, "both", "video", "talk", "listen", "broadcast", "transparent");
	walk_u8(x, "stream", &o->stream);
	WALK_WORD(x, "stream_text", o->stream, "main", "sub");
}

void walk_av_control(struct walk *x, struct xie_jt808_msg *m)
{
	struct xie_jt808_av_control *c = &m->u.av_control;
	walk_u8(x, "channel", &c->channel);
	walk_u8(x, "command", &c->command);
	WALK_WORD(x, "command_text", c->command, "close", "switch", "pause", "resume", "end_talk");
	walk_u8(x, "close", &c->close);
	walk_u8(x, "stream", &c->stream);
}

void walk_av_state(struct walk *x, struct xie_jt808_msg *m)
{
	walk_u8(x, "channel", &m->u.av_state.channel);
	walk_u8(x, "loss_pct", &m->u.av_state.loss_pct);
}

void walk_av_replay(struct walk *x, struct xie_jt808_msg *m)
{
	struct xie_jt808_av_replay *r = &m->u.av_replay;
	server(x, &r->host, &r->tcp, &r->udp);
	walk_u8(x, "channel", &r->channel);
	walk_u8(x, "data", &r->data);
	walk_u8(x, "stream", &r->stream);
	walk_u8(x, "storage", &r->storage);
	walk_u8(x, "mode", &r->mode);
	walk_u8(x, "speed", &r->speed);
	walk_time(x, "from", &r->from);
	walk_time(x, "to", &r->to);
}

void walk_av_replay_control(struct walk *x, struct xie_jt808_msg *m)
{
	struct xie_jt808_av_replay_control *c = &m->u.av_replay_control;
	walk_u8(x, "channel", &c->channel);
	walk_u8(x, "command", &c->command);
	walk_u8(x, "speed", &c->speed);
	walk_time(x, "at", &c->at);
}

static void what(struct walk *x, uint8_t *data, uint8_t *stream, uint8_t *storage)
{
	walk_u8(x, "data", data);
	walk_u8(x, "stream", stream);
	walk_u8(x, "storage", storage);
}

void walk_av_query(struct walk *x, struct xie_jt808_msg *m)
{
	struct xie_jt808_av_query *q = &m->u.av_query;
	walk_u8(x, "channel", &q->channel);
	walk_time(x, "from", &q->from);
	walk_time(x, "to", &q->to);
	walk_u64(x, "alarm", &q->alarms);
	what(x, &q->data, &q->stream, &q->storage);
}

static void each_resource(struct walk *x, void *item)
{
	struct xie_jt808_av_resource *r = item;
	walk_u8(x, "channel", &r->channel);
	walk_time(x, "from", &r->from);
	walk_time(x, "to", &r->to);
	walk_u64(x, "alarm", &r->alarms);
	what(x, &r->data, &r->stream, &r->storage);
	walk_u32(x, "size", &r->size);
}

void walk_av_resources(struct walk *x, struct xie_jt808_msg *m)
{
	struct xie_jt808_av_resources *r = &m->u.av_resources;
	walk_u16(x, "answer_serial", &r->serial);
	uint32_t count = walk_count(x, &r->count, r->n, 4);
	WALK_LIST(x, "resources", r->items, &r->n, count, 28, each_resource);
}

void walk_av_upload(struct walk *x, struct xie_jt808_msg *m)
{
	struct xie_jt808_av_upload *u = &m->u.av_upload;
	walk_text_len(x, "host", &u->host, 1);
	walk_u16(x, "port", &u->port);
	walk_text_len(x, "user", &u->user, 1);
	walk_text_len(x, "password", &u->password, 1);
	walk_text_len(x, "path", &u->path, 1);
	walk_u8(x, "channel", &u->channel);
	walk_time(x, "from", &u->from);
	walk_time(x, "to", &u->to);
	walk_u64(x, "alarm", &u->alarms);
	what(x, &u->data, &u->stream, &u->storage);
	walk_u8(x, "network", &u->network);
}

void walk_av_upload_state(struct walk *x, struct xie_jt808_msg *m)
{
	struct xie_jt808_av_upload_state *s = &m->u.av_upload_state;
	walk_u16(x, "answer_serial", &s->serial);
	walk_u8(x, x->id == 0x1206 ? "result" : "command", &s->value);
}

void walk_ptz(struct walk *x, struct xie_jt808_msg *m)
{
	struct xie_jt808_ptz *p = &m->u.ptz;
	walk_u8(x, "channel", &p->channel);
	walk_u8(x, x->id == 0x9301 ? "direction" : "value", &p->value);
	if (x->id == 0x9301)
		walk_u8(x, "speed", &p->speed);
}
