/* SPDX-License-Identifier: Apache-2.0 */
/* xie/ais/app.h — application messages inside types 6 and 8, as rows of table.h's form.
 *
 * Sources: IMO SN.1/Circ.236 (2004) and Circ.289 (2010) for designated area 1; the CCNR's Vessel Tracking and Tracing
 * Standard for Inland Navigation for area 200; the general lighthouse authorities' monitoring message for 235 and 250.
 * Addressed messages (type 6) begin at bit 88, broadcast ones (type 8) at 56. */
#ifndef XIE_AIS_APP_H
#define XIE_AIS_APP_H

/* Kinds beside those of table.h: AR rows of their own (element in the unit's place, width = at most that many) to the
 * message's end; AC the same, but as many as the field waycount says; NU as U, under another name in JSON. */

/* id and rows, message type, designated area, function, bits, exact (1: only this length is this message, 0: read as
 * far as it goes), data (1: gpsd leaves it undecoded, so its bits are printed too).  Area 250 is read as 235. */
#define XIE_AIS_APPS(X)                              \
	X(dac200fid21, 6, 200, 21, 248, 1, 0)           \
	X(dac200fid22, 6, 200, 22, 232, 1, 0)           \
	X(dac200fid55, 6, 200, 55, 168, 1, 0)           \
	X(dac235fid10, 6, 235, 10, 136, 1, 0)           \
	X(dac1fid12, 6, 1, 12, 360, 0, 0)               \
	X(dac1fid14, 6, 1, 14, 97, 0, 0)                \
	X(dac1fid15a, 6, 1, 15, 99, 0, 0)               \
	X(dac1fid16a, 6, 1, 16, 101, 0, 0)              \
	X(dac1fid18, 6, 1, 18, 360, 0, 0)               \
	X(dac1fid20, 6, 1, 20, 360, 0, 0)               \
	X(dac1fid23, 6, 1, 23, 143, 0, 1)               \
	X(dac1fid25, 6, 1, 25, 100, 0, 0)               \
	X(dac1fid28, 6, 1, 28, 149, 0, 0)               \
	X(dac1fid30, 6, 1, 30, 98, 0, 0)                \
	X(dac1fid32, 6, 1, 32, 97, 0, 0)                \
	X(dac200fid10, 8, 200, 10, 168, 1, 0)           \
	X(dac200fid23, 8, 200, 23, 256, 1, 0)           \
	X(dac200fid24, 8, 200, 24, 168, 1, 0)           \
	X(dac200fid25, 8, 200, 25, 168, 1, 1)           \
	X(dac200fid40, 8, 200, 40, 168, 1, 0)           \
	X(dac200fid55b, 8, 200, 55, 88, 0, 1)          \
	X(dac1fid11, 8, 1, 11, 352, 0, 0)               \
	X(dac1fid13, 8, 1, 13, 472, 0, 0)               \
	X(dac1fid15b, 8, 1, 15, 72, 0, 0)               \
	X(dac1fid16b, 8, 1, 16, 72, 0, 1)               \
	X(dac1fid17, 8, 1, 17, 56, 0, 0)                \
	X(dac1fid19, 8, 1, 19, 360, 0, 0)               \
	X(dac1fid22, 8, 1, 22, 111, 0, 1)               \
	X(dac1fid24, 8, 1, 24, 360, 0, 1)               \
	X(dac1fid27, 8, 1, 27, 117, 0, 0)               \
	X(dac1fid29, 8, 1, 29, 66, 0, 0)                \
	X(dac1fid31, 8, 1, 31, 360, 0, 0)

/* ---- type 6 ---- */

/* estimated time of arrival at a lock, bridge or terminal */
#define XIE_AIS_dac200fid21(F)                       \
	F(T, country, 88, 2, TEXT, NO)               \
	F(T, locode, 100, 3, TEXT, NO)               \
	F(T, section, 118, 5, TEXT, NO)              \
	F(T, terminal, 148, 5, TEXT, NO)             \
	F(T, hectometre, 178, 5, TEXT, NO)           \
	F(HU, month, 208, 4, MONTH, 0)               \
	F(HU, day, 212, 5, DAY, 0)                   \
	F(HU, hour, 217, 5, HOUR, 24)                \
	F(HU, minute, 222, 6, MINUTE, 60)            \
	F(C, eta, short_eta, 0, RAW, NO)             \
	F(U, tugs, 228, 3, RAW, 7)                   \
	F(U, airdraught, 231, 12, CM, 0)             \
	F(SP, a, 243, 5, RAW, NO)

/* requested time of arrival */
#define XIE_AIS_dac200fid22(F)                       \
	F(T, country, 88, 2, TEXT, NO)               \
	F(T, locode, 100, 3, TEXT, NO)               \
	F(T, section, 118, 5, TEXT, NO)              \
	F(T, terminal, 148, 5, TEXT, NO)             \
	F(T, hectometre, 178, 5, TEXT, NO)           \
	F(HU, month, 208, 4, MONTH, 0)               \
	F(HU, day, 212, 5, DAY, 0)                   \
	F(HU, hour, 217, 5, HOUR, 24)                \
	F(HU, minute, 222, 6, MINUTE, 60)            \
	F(C, eta, short_eta, 0, RAW, NO)             \
	F(U, status, 228, 2, RAW, 3)                 \
	F(L, status_text, status, rta, RAW, NO)      \
	F(SP, a, 230, 2, RAW, NO)

/* number of persons on board; also sent in type 8 */
#define XIE_AIS_dac200fid55(F)                       \
	F(U, crew, 88, 8, RAW, 255)                  \
	F(U, passengers, 96, 13, RAW, 8191)          \
	F(U, personnel, 109, 8, RAW, 255)            \
	F(SP, a, 117, 51, RAW, NO)

/* aid to navigation monitoring */
#define XIE_AIS_dac235fid10(F)                       \
	F(B, off_pos, 131, 1, RAW, NO)               \
	F(B, alarm, 122, 1, RAW, NO)                 \
	F(U, stat_ext, 123, 8, RAW, NO)              \
	F(U, ana_int, 88, 10, DV, 0)                 \
	F(U, ana_ext1, 98, 10, DV, 0)                \
	F(U, ana_ext2, 108, 10, DV, 0)               \
	F(U, racon, 118, 2, RAW, 0)                  \
	F(L, racon_text, racon, racon, RAW, NO)      \
	F(U, light, 120, 2, RAW, 0)                  \
	F(L, light_text, light, light, RAW, NO)      \
	F(SP, a, 132, 4, RAW, NO)

/* Circ.236: dangerous cargo indication */
#define XIE_AIS_dac1fid12(F)                         \
	F(T, lastport, 88, 5, TEXT, NO)              \
	F(HU, lmonth, 118, 4, MONTH, 0)              \
	F(HU, lday, 122, 5, DAY, 0)                  \
	F(HU, lhour, 127, 5, HOUR, 24)               \
	F(HU, lminute, 132, 6, MINUTE, 60)           \
	F(C, departure, f12_departure, 0, RAW, NO)   \
	F(T, nextport, 138, 5, TEXT, NO)             \
	F(HU, nmonth, 168, 4, MONTH, 0)              \
	F(HU, nday, 172, 5, DAY, 0)                  \
	F(HU, nhour, 177, 5, HOUR, 24)               \
	F(HU, nminute, 182, 6, MINUTE, 60)           \
	F(C, eta, f12_eta, 0, RAW, NO)               \
	F(T, dangerous, 188, 20, TEXT, NO)           \
	F(T, imdcat, 308, 4, TEXT, NO)               \
	F(U, unid, 332, 13, RAW, 0)                  \
	F(U, amount, 345, 10, RAW, 0)                \
	F(U, unit, 355, 2, RAW, 0)                   \
	F(SP, a, 357, 3, RAW, NO)

/* Circ.236 (14) and Circ.289 (32): tidal window; the windows are rows of their own */
#define XIE_AIS_dac1fid14(F)                         \
	F(U, month, 88, 4, MONTH, 0)                 \
	F(U, day, 92, 5, DAY, 0)                     \
	F(AR, tidals, 97, 3, tidal14, NO)
#define XIE_AIS_tidal14(F)                           \
	F(I, lon, 27, 28, MIN4, 108600000)           \
	F(I, lat, 0, 27, MIN4, 54600000)             \
	F(U, from_hour, 55, 5, HOUR, 24)             \
	F(U, from_min, 60, 6, MINUTE, 60)            \
	F(U, to_hour, 66, 5, HOUR, 24)               \
	F(U, to_min, 71, 6, MINUTE, 60)              \
	F(U, cdir, 77, 9, DEG, 360)                  \
	F(U, cspeed, 86, 7, DKN, 127)
#define XIE_AIS_tidal14_BITS 93
#define XIE_AIS_dac1fid32(F)                         \
	F(U, month, 88, 4, MONTH, 0)                 \
	F(U, day, 92, 5, DAY, 0)                     \
	F(AR, tidals, 97, 3, tidal32, NO)
#define XIE_AIS_tidal32(F)                           \
	F(I, lon, 0, 25, MIN3, 10860000)             \
	F(I, lat, 25, 24, MIN3, 5460000)             \
	F(U, from_hour, 49, 5, HOUR, 24)             \
	F(U, from_min, 54, 6, MINUTE, 60)            \
	F(U, to_hour, 60, 5, HOUR, 24)               \
	F(U, to_min, 65, 6, MINUTE, 60)              \
	F(U, cdir, 71, 9, DEG, 360)                  \
	F(U, cspeed, 80, 8, DKN, 255)
#define XIE_AIS_tidal32_BITS 88

/* Circ.236: extended static data, addressed and broadcast */
#define XIE_AIS_dac1fid15a(F)                        \
	F(U, airdraught, 88, 11, DM, 0)
#define XIE_AIS_dac1fid15b(F)                        \
	F(U, airdraught, 56, 11, DM, 0)              \
	F(SP, a, 67, 5, RAW, NO)

/* number of persons on board, addressed and broadcast */
#define XIE_AIS_dac1fid16a(F)                        \
	F(U, persons, 88, 13, RAW, 0)
#define XIE_AIS_dac1fid16b(F)                        \
	F(U, persons, 56, 13, RAW, 0)                \
	F(SP, a, 69, 3, RAW, NO)

/* Circ.289: clearance time to enter port */
#define XIE_AIS_dac1fid18(F)                         \
	F(U, linkage, 88, 10, RAW, 0)                \
	F(HU, month, 98, 4, MONTH, 0)                \
	F(HU, day, 102, 5, DAY, 0)                   \
	F(HU, hour, 107, 5, HOUR, 24)                \
	F(HU, minute, 112, 6, MINUTE, 60)            \
	F(C, arrival, long_arrival, 0, RAW, NO)      \
	F(T, portname, 118, 20, TEXT, NO)            \
	F(T, destination, 238, 5, TEXT, NO)          \
	F(I, lon, 268, 25, MIN3, 10860000)           \
	F(I, lat, 293, 24, MIN3, 5460000)            \
	F(SP, a, 317, 43, RAW, NO)

/* Circ.289: berthing data */
#define XIE_AIS_dac1fid20(F)                         \
	F(U, linkage, 88, 10, RAW, 0)                \
	F(U, berth_length, 98, 9, M, 0)              \
	F(U, position, 115, 3, RAW, 0)               \
	F(L, position_text, position, mooring, RAW, NO) \
	F(HU, month, 118, 4, MONTH, 0)               \
	F(HU, day, 122, 5, DAY, 0)                   \
	F(HU, hour, 127, 5, HOUR, 24)                \
	F(HU, minute, 132, 6, MINUTE, 60)            \
	F(C, arrival, short_arrival, 0, RAW, NO)     \
	F(U, availability, 138, 1, RAW, NO)          \
	F(U, agent, 139, 2, RAW, 0)                  \
	F(U, fuel, 141, 2, RAW, 0)                   \
	F(U, chandler, 143, 2, RAW, 0)               \
	F(U, stevedore, 145, 2, RAW, 0)              \
	F(U, electrical, 147, 2, RAW, 0)             \
	F(U, water, 149, 2, RAW, 0)                  \
	F(U, customs, 151, 2, RAW, 0)                \
	F(U, cartage, 153, 2, RAW, 0)                \
	F(U, crane, 155, 2, RAW, 0)                  \
	F(U, lift, 157, 2, RAW, 0)                   \
	F(U, medical, 159, 2, RAW, 0)                \
	F(U, navrepair, 161, 2, RAW, 0)              \
	F(U, provisions, 163, 2, RAW, 0)             \
	F(U, shiprepair, 165, 2, RAW, 0)             \
	F(U, surveyor, 167, 2, RAW, 0)               \
	F(U, steam, 169, 2, RAW, 0)                  \
	F(U, tugs, 171, 2, RAW, 0)                   \
	F(U, solidwaste, 173, 2, RAW, 0)             \
	F(U, liquidwaste, 175, 2, RAW, 0)            \
	F(U, hazardouswaste, 177, 2, RAW, 0)         \
	F(U, ballast, 179, 2, RAW, 0)                \
	F(U, additional, 181, 2, RAW, 0)             \
	F(U, regional1, 183, 2, RAW, 0)              \
	F(U, regional2, 185, 2, RAW, 0)              \
	F(U, future1, 187, 2, RAW, 0)                \
	F(U, future2, 189, 2, RAW, 0)                \
	F(T, berth_name, 191, 20, TEXT, NO)          \
	F(I, berth_lon, 311, 25, MIN3, 10860000)     \
	F(I, berth_lat, 336, 24, MIN3, 5460000)      \
	F(U, berth_depth, 107, 8, DM, 0)

/* Circ.289: area notice, addressed (23) and broadcast (22); sub-areas of 87 bits, kept as their six shapes */
#define XIE_AIS_dac1fid23(F)                         \
	F(U, linkage, 88, 10, RAW, 0)                \
	F(U, notice, 98, 7, RAW, 127)                \
	F(HU, month, 105, 4, MONTH, 0)               \
	F(HU, day, 109, 5, DAY, 0)                   \
	F(HU, hour, 114, 5, HOUR, 24)                \
	F(HU, minute, 119, 6, MINUTE, 60)            \
	F(C, start, long_start, 0, RAW, NO)          \
	F(U, duration, 125, 18, MINUTE, 262143)      \
	F(AR, areas, 143, 10, area, NO)
#define XIE_AIS_dac1fid22(F)                         \
	F(U, linkage, 56, 10, RAW, 0)                \
	F(U, notice, 66, 7, RAW, 127)                \
	F(HU, month, 73, 4, MONTH, 0)                \
	F(HU, day, 77, 5, DAY, 0)                    \
	F(HU, hour, 82, 5, HOUR, 24)                 \
	F(HU, minute, 87, 6, MINUTE, 60)             \
	F(C, start, long_start, 0, RAW, NO)          \
	F(U, duration, 93, 18, MINUTE, 262143)       \
	F(AR, areas, 111, 10, area, NO)
/* Behind the shape stand 84 bits that each shape cuts in its own way (json__area_form): circle, rectangle, sector,
 * line, polygon, text. */
#define XIE_AIS_area(F)                              \
	F(U, shape, 0, 3, RAW, NO)                   \
	F(HU, a, 3, 28, RAW, NO)                     \
	F(HU, b, 31, 28, RAW, NO)                    \
	F(HU, c, 59, 28, RAW, NO)                    \
	F(C, form, area_form, 0, RAW, NO)
#define XIE_AIS_area_BITS 87

/* Circ.289: dangerous cargo indication */
#define XIE_AIS_dac1fid25(F)                         \
	F(U, unit, 88, 2, RAW, 0)                    \
	F(U, amount, 90, 10, RAW, 0)                 \
	F(AR, cargos, 100, 28, cargo, NO)
#define XIE_AIS_cargo(F)                             \
	F(U, code, 0, 4, RAW, 0)                     \
	F(U, subtype, 4, 13, RAW, 0)
#define XIE_AIS_cargo_BITS 17

/* Circ.289: route information, addressed (28) and broadcast (27) */
#define XIE_AIS_dac1fid28(F)                         \
	F(U, linkage, 88, 10, RAW, 0)                \
	F(U, sender, 98, 3, RAW, 0)                  \
	F(U, rtype, 101, 5, RAW, 0)                  \
	F(L, rtype_text, rtype, route, RAW, NO)      \
	F(HU, month, 106, 4, MONTH, 0)               \
	F(HU, day, 110, 5, DAY, 0)                   \
	F(HU, hour, 115, 5, HOUR, 24)                \
	F(HU, minute, 120, 6, MINUTE, 60)            \
	F(C, start, long_start, 0, RAW, NO)          \
	F(U, duration, 126, 18, MINUTE, 262143)      \
	F(HU, waycount, 144, 5, RAW, NO)             \
	F(AC, waypoints, 149, 16, waypoint, NO)
#define XIE_AIS_dac1fid27(F)                         \
	F(U, linkage, 56, 10, RAW, 0)                \
	F(U, sender, 66, 3, RAW, 0)                  \
	F(U, rtype, 69, 5, RAW, 0)                   \
	F(L, rtype_text, rtype, route, RAW, NO)      \
	F(HU, month, 74, 4, MONTH, 0)                \
	F(HU, day, 78, 5, DAY, 0)                    \
	F(HU, hour, 83, 5, HOUR, 24)                 \
	F(HU, minute, 88, 6, MINUTE, 60)             \
	F(C, start, long_start, 0, RAW, NO)          \
	F(U, duration, 94, 18, MINUTE, 262143)       \
	F(HU, waycount, 112, 5, RAW, NO)             \
	F(AC, waypoints, 117, 16, waypoint, NO)
#define XIE_AIS_waypoint(F)                          \
	F(I, lon, 0, 28, MIN4, 108600000)            \
	F(I, lat, 28, 27, MIN4, 54600000)
#define XIE_AIS_waypoint_BITS 55

/* Circ.289: text, addressed (30) and broadcast (29) */
#define XIE_AIS_dac1fid30(F)                         \
	F(U, linkage, 88, 10, RAW, 0)                \
	F(TR, text, 98, 151, TEXT, NO)
#define XIE_AIS_dac1fid29(F)                         \
	F(U, linkage, 56, 10, RAW, 0)                \
	F(TR, text, 66, 157, TEXT, NO)

/* ---- type 8 ---- */

/* inland ship static and voyage related data */
#define XIE_AIS_dac200fid10(F)                       \
	F(T, vin, 56, 8, TEXT, NO)                   \
	F(U, length, 104, 13, DM, 0)                 \
	F(U, beam, 117, 10, DM, 0)                   \
	F(U, shiptype, 127, 14, RAW, 0)              \
	F(C, shiptype_text, f10_shiptype, 0, RAW, NO) \
	F(U, hazard, 141, 3, RAW, 5)                 \
	F(L, hazard_text, hazard, hazard, RAW, NO)   \
	F(U, draught, 144, 11, CM, 0)                \
	F(U, loaded, 155, 2, RAW, 0)                 \
	F(L, loaded_text, loaded, loaded, RAW, NO)   \
	F(B, speed_q, 157, 1, RAW, NO)               \
	F(B, course_q, 158, 1, RAW, NO)              \
	F(B, heading_q, 159, 1, RAW, NO)             \
	F(SP, a, 160, 8, RAW, NO)

/* weather warning (EMMA) */
#define XIE_AIS_dac200fid23(F)                       \
	F(HU, start_year, 56, 8, YEAR, 255)          \
	F(HU, start_month, 64, 4, MONTH, 0)          \
	F(HU, start_day, 68, 5, DAY, 0)              \
	F(HU, end_year, 73, 8, YEAR, 255)            \
	F(HU, end_month, 81, 4, MONTH, 0)            \
	F(HU, end_day, 85, 5, DAY, 0)                \
	F(HU, start_hour, 90, 5, HOUR, 24)           \
	F(HU, start_minute, 95, 6, MINUTE, 60)       \
	F(HU, end_hour, 101, 5, HOUR, 24)            \
	F(HU, end_minute, 106, 6, MINUTE, 60)        \
	F(C, start, f23_dates, 0, RAW, NO)           \
	F(I, start_lon, 112, 28, MIN4, 108600000)    \
	F(I, start_lat, 140, 27, MIN4, 54600000)     \
	F(I, end_lon, 167, 28, MIN4, 108600000)      \
	F(I, end_lat, 195, 27, MIN4, 54600000)       \
	F(NU, type, 222, 4, RAW, 0)                  \
	F(L, type_text, type, emma, RAW, NO)         \
	F(I, min, 226, 9, RAW, 255)                  \
	F(I, max, 235, 9, RAW, 255)                  \
	F(NU, class, 244, 2, RAW, 0)                 \
	F(L, class_text, class, emma_class, RAW, NO) \
	F(U, wind, 246, 4, RAW, 0)                   \
	F(L, wind_text, wind, emma_wind, RAW, NO)    \
	F(SP, a, 250, 6, RAW, NO)

/* water levels at four gauges */
#define XIE_AIS_dac200fid24(F)                       \
	F(T, country, 56, 2, TEXT, NO)               \
	F(AR, gauges, 68, 4, gauge, NO)              \
	F(C, levels_cm, gauge_levels, 0, RAW, NO)
#define XIE_AIS_gauge(F)                             \
	F(U, id, 0, 11, RAW, 0)                      \
	F(I, level, 11, 14, CM, 0)
#define XIE_AIS_gauge_BITS 25

/* present clearance of a bridge (IALA's collection of application messages, version 0) */
#define XIE_AIS_dac200fid25(F)                       \
	F(U, version, 56, 3, RAW, NO)                \
	F(T, country, 59, 2, TEXT, NO)               \
	F(U, section, 71, 17, RAW, 0)                \
	F(T, object, 88, 5, TEXT, NO)                \
	F(U, hectometre, 118, 17, RAW, 0)            \
	F(U, clearance, 135, 14, CM, 0)              \
	F(U, age, 149, 10, MINUTE, 722)              \
	F(U, accuracy, 159, 5, CM, 0)                \
	F(SP, a, 164, 4, RAW, NO)

/* signal status */
#define XIE_AIS_dac200fid40(F)                       \
	F(I, lon, 56, 28, MIN4, 108600000)           \
	F(I, lat, 84, 27, MIN4, 54600000)            \
	F(U, form, 111, 4, RAW, 0)                   \
	F(U, facing, 115, 9, DEG, 511)               \
	F(U, direction, 124, 3, RAW, 0)              \
	F(L, direction_text, direction, direction, RAW, NO) \
	F(U, status, 127, 30, RAW, 0)                \
	F(L, status_text, status, light_colour, RAW, NO) \
	F(SP, a, 157, 11, RAW, NO)

#define XIE_AIS_dac200fid55b(F)                      \
	F(U, crew, 56, 8, RAW, 255)                  \
	F(U, passengers, 64, 13, RAW, 8191)          \
	F(U, personnel, 77, 8, RAW, 255)             \
	F(SP, a, 85, 3, RAW, NO)

/* Circ.236: meteorological and hydrological data; temperatures and the water level are sent with an offset */
#define XIE_AIS_dac1fid11(F)                         \
	F(I, lat, 56, 24, MIN3, 8388607)             \
	F(I, lon, 80, 25, MIN3, 16777215)            \
	F(HU, day, 105, 5, DAY, 0)                   \
	F(HU, hour, 110, 5, HOUR, 24)                \
	F(HU, minute, 115, 6, MINUTE, 60)            \
	F(C, timestamp, day_time, 0, RAW, NO)        \
	F(U, wspeed, 121, 7, KN, 127)                \
	F(U, wgust, 128, 7, KN, 127)                 \
	F(U, wdir, 135, 9, DEG, 511)                 \
	F(U, wgustdir, 144, 9, DEG, 511)             \
	F(U, humidity, 164, 7, RAW, 127)             \
	F(U, airtemp, 153, 11, DC, 2047)             \
	F(U, dewpoint, 171, 10, DC, 1023)            \
	F(U, pressure, 181, 9, HPA, 511)             \
	F(U, pressuretend, 190, 2, RAW, 3)           \
	F(U, visibility, 192, 8, NMT, 255)           \
	F(U, waterlevel, 200, 9, DM, 511)            \
	F(U, leveltrend, 209, 2, RAW, 3)             \
	F(U, cspeed, 211, 8, DKN, 255)               \
	F(U, cdir, 219, 9, DEG, 511)                 \
	F(U, cspeed2, 228, 8, DKN, 255)              \
	F(U, cdir2, 236, 9, DEG, 511)                \
	F(U, cdepth2, 245, 5, M, 31)                 \
	F(U, cspeed3, 250, 8, DKN, 255)              \
	F(U, cdir3, 258, 9, DEG, 511)                \
	F(U, cdepth3, 267, 5, M, 31)                 \
	F(U, waveheight, 272, 8, DM, 255)            \
	F(U, waveperiod, 280, 6, SEC, 63)            \
	F(U, wavedir, 286, 9, DEG, 511)              \
	F(U, swellheight, 295, 8, DM, 255)           \
	F(U, swellperiod, 303, 6, SEC, 63)           \
	F(U, swelldir, 309, 9, DEG, 511)             \
	F(U, seastate, 318, 4, RAW, 15)              \
	F(U, watertemp, 322, 10, DC, 1023)           \
	F(U, preciptype, 332, 3, RAW, 7)             \
	F(L, preciptype_text, preciptype, precip, RAW, NO) \
	F(U, salinity, 335, 9, PM, 511)              \
	F(U, ice, 344, 2, RAW, 3)                    \
	F(L, ice_text, ice, ice, RAW, NO)            \
	F(SP, a, 346, 6, RAW, NO)

/* Circ.236: fairway closed */
#define XIE_AIS_dac1fid13(F)                         \
	F(T, reason, 56, 20, TEXT, NO)               \
	F(T, closefrom, 176, 20, TEXT, NO)           \
	F(T, closeto, 296, 20, TEXT, NO)             \
	F(U, radius, 416, 10, RAW, 1001)             \
	F(U, extunit, 426, 2, RAW, 0)                \
	F(HU, fday, 428, 5, DAY, 0)                  \
	F(HU, fmonth, 433, 4, MONTH, 0)              \
	F(HU, fhour, 437, 5, HOUR, 24)               \
	F(HU, fminute, 442, 6, MINUTE, 60)           \
	F(HU, tday, 448, 5, DAY, 0)                  \
	F(HU, tmonth, 453, 4, MONTH, 0)              \
	F(HU, thour, 457, 5, HOUR, 24)               \
	F(HU, tminute, 462, 6, MINUTE, 60)           \
	F(C, from, f13_from, 0, RAW, NO)             \
	F(C, to, f13_to, 0, RAW, NO)                 \
	F(SP, a, 468, 4, RAW, NO)

/* Circ.289: targets of a vessel traffic service; json__target_id writes the identity */
#define XIE_AIS_dac1fid17(F)                         \
	F(AR, targets, 56, 4, target, NO)
#define XIE_AIS_target(F)                            \
	F(U, idtype, 0, 2, RAW, NO)                  \
	F(L, idtype_text, idtype, idtype, RAW, NO)   \
	F(HU, id_high, 2, 12, RAW, NO)               \
	F(HU, id_low, 14, 30, RAW, NO)               \
	F(C, id, target_id, 0, RAW, NO)              \
	F(SP, a, 44, 4, RAW, NO)                     \
	F(I, lat, 48, 24, MIN3, 5460000)             \
	F(I, lon, 72, 25, MIN3, 10860000)            \
	F(U, course, 97, 9, DEG, 360)                \
	F(U, second, 106, 6, SEC, 60)                \
	F(U, speed, 112, 10, DKN, 1023)
#define XIE_AIS_target_BITS 122

/* Circ.289: marine traffic signal */
#define XIE_AIS_dac1fid19(F)                         \
	F(U, linkage, 56, 10, RAW, 0)                \
	F(T, station, 66, 20, TEXT, NO)              \
	F(I, lon, 186, 25, MIN3, 10860000)           \
	F(I, lat, 211, 24, MIN3, 5460000)            \
	F(U, status, 235, 2, RAW, 0)                 \
	F(U, signal, 237, 5, RAW, 0)                 \
	F(L, signal_text, signal, signal, RAW, NO)   \
	F(U, hour, 242, 5, HOUR, 24)                 \
	F(U, minute, 247, 6, MINUTE, 60)             \
	F(U, nextsignal, 253, 5, RAW, 0)             \
	F(L, nextsignal_text, nextsignal, signal, RAW, NO) \
	F(SP, a, 258, 102, RAW, NO)

/* Circ.289: extended ship static and voyage related data */
#define XIE_AIS_dac1fid24(F)                         \
	F(U, linkage, 56, 10, RAW, 0)                \
	F(U, airdraught, 66, 13, DM, 0)              \
	F(T, lastport, 79, 5, TEXT, NO)              \
	F(T, nextport, 109, 5, TEXT, NO)             \
	F(T, secondport, 139, 5, TEXT, NO)           \
	F(HU, solas_high, 169, 26, RAW, NO)          \
	F(HU, solas_low, 195, 26, RAW, NO)           \
	F(U, ice_class, 221, 4, RAW, 15)             \
	F(U, shaft_hp, 225, 18, RAW, 0)              \
	F(U, vhf, 243, 12, RAW, 0)                   \
	F(T, lshipname, 255, 7, TEXT, NO)            \
	F(U, gross_tonnage, 297, 18, RAW, 0)         \
	F(U, laden_ballast, 315, 2, RAW, 0)          \
	F(U, heavy_oil, 317, 2, RAW, 0)              \
	F(U, light_oil, 319, 2, RAW, 0)              \
	F(U, diesel, 321, 2, RAW, 0)                 \
	F(U, bunker_oil, 323, 14, RAW, 0)            \
	F(U, persons, 337, 13, RAW, 0)               \
	F(SP, a, 350, 10, RAW, NO)

/* Circ.289: meteorological and hydrological data */
#define XIE_AIS_dac1fid31(F)                         \
	F(I, lat, 81, 24, MIN3, 5460000)             \
	F(I, lon, 56, 25, MIN3, 10860000)            \
	F(B, accuracy, 105, 1, RAW, NO)              \
	F(HU, day, 106, 5, DAY, 0)                   \
	F(HU, hour, 111, 5, HOUR, 24)                \
	F(HU, minute, 116, 6, MINUTE, 60)            \
	F(C, timestamp, day_time, 0, RAW, NO)        \
	F(U, wspeed, 122, 7, KN, 127)                \
	F(U, wgust, 129, 7, KN, 127)                 \
	F(U, wdir, 136, 9, DEG, 360)                 \
	F(U, wgustdir, 145, 9, DEG, 360)             \
	F(U, humidity, 165, 7, RAW, 101)             \
	F(I, airtemp, 154, 11, DC, -1024)            \
	F(I, dewpoint, 172, 10, DC, 501)             \
	F(U, pressure, 182, 9, HPA, 511)             \
	F(U, pressuretend, 191, 2, RAW, 3)           \
	F(B, visgreater, 193, 1, RAW, NO)            \
	F(U, visibility, 194, 7, NMT, 127)           \
	F(U, waterlevel, 201, 12, CM, 4001)          \
	F(U, leveltrend, 213, 2, RAW, 3)             \
	F(U, cspeed, 215, 8, DKN, 255)               \
	F(U, cdir, 223, 9, DEG, 360)                 \
	F(U, cspeed2, 232, 8, DKN, 255)              \
	F(U, cdir2, 240, 9, DEG, 360)                \
	F(U, cdepth2, 249, 5, M, 31)                 \
	F(U, cspeed3, 254, 8, DKN, 255)              \
	F(U, cdir3, 262, 9, DEG, 360)                \
	F(U, cdepth3, 271, 5, M, 31)                 \
	F(U, waveheight, 276, 8, DM, 255)            \
	F(U, waveperiod, 284, 6, SEC, 63)            \
	F(U, wavedir, 290, 9, DEG, 360)              \
	F(U, swellheight, 299, 8, DM, 255)           \
	F(U, swellperiod, 307, 6, SEC, 63)           \
	F(U, swelldir, 313, 9, DEG, 360)             \
	F(U, seastate, 322, 4, RAW, 13)              \
	F(I, watertemp, 326, 10, DC, 501)            \
	F(U, preciptype, 336, 3, RAW, 7)             \
	F(U, salinity, 339, 9, PM, 510)              \
	F(U, ice, 348, 2, RAW, 3)                    \
	F(SP, a, 350, 10, RAW, NO)

#endif
