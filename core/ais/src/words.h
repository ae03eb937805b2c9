/* SPDX-License-Identifier: Apache-2.0 */
/* The words beside code numbers, as gpsd 3.22 prints them: they are part of its vocabulary.  A list is a function of
 * the code; a code outside it has a word of its own. */
#ifndef XIE_AIS_WORDS_H
#define XIE_AIS_WORDS_H

#include <stdint.h>

#include "xie/base/str.h"

#define XIE_AIS_WORD_LISTS(X)                                                                                    \
	X(nav) X(epfd) X(ship) X(station) X(aid) X(signal) X(route) X(idtype) X(racon) X(light) X(rta) X(mooring) \
	X(precip) X(ice) X(hazard) X(loaded) X(emma) X(emma_class) X(emma_wind) X(direction) X(light_colour)

#define X(list) xie_str words__##list(uint32_t code);
XIE_AIS_WORD_LISTS(X)
#undef X
/* ERI type of an inland vessel (CCNR VTT, annex E), or the sea-going type it stands for. */
xie_str words__eri(uint32_t code);

#endif
