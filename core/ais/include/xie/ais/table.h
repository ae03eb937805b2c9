/* SPDX-License-Identifier: Apache-2.0 */
/* xie/ais/table.h — every AIS message of ITU-R M.1371-5, once.
 *
 * The struct, its decoder, its encoder, its JSON, the field list for tests and docs: all come from these rows.
 *
 *   F(kind, name, at, width, unit, none)
 *
 *   kind   U unsigned, I two's complement, B one bit as a flag, T six-bit text (width = characters);
 *          TR text to the message's end, TX text of 20 characters that goes on behind the last row;
 *          HU, HI the same, but not a JSON member of their own; HX another reading of bits that HU or HI rows hold;
 *          SP spare bits, or the part number of type 24
 *          L a JSON member with the words for field `at` out of list `width`; C a JSON member made by json__<at>
 *   at     first bit of the message, counted from 0
 *   unit   what one step is (enum xie_ais_unit)
 *   none   the value that means "not available", or NO
 *
 * Names are gpsd's (its published AIS JSON vocabulary), rows in gpsd's order.  Bits 0 to 37 of every message are
 * type(6), repeat(2), mmsi(30). */
#ifndef XIE_AIS_TABLE_H
#define XIE_AIS_TABLE_H

/* Units: RAW; DKN 0.1 knot, KN knot, MIN4 1/10,000 minute, MIN3 1/1,000 minute, MIN1 1/10 minute, DDEG 0.1 degree,
 * DEG degree, ROT ROT_AIS = 4.733 sqrt(degrees per minute), M DM CM lengths, SEC MINUTE HOUR DAY MONTH YEAR, MMSI,
 * DC 0.1 degree Celsius, HPA hectopascal, PM 0.1 per mille, SLOT, NMT 0.1 nautical mile, DV 0.05 volt */
#define XIE_AIS_UNITS(X)                                                                                          \
	X(RAW) X(DKN) X(KN) X(MIN4) X(MIN3) X(MIN1) X(DDEG) X(DEG) X(ROT) X(M) X(DM) X(CM) X(SEC) X(MINUTE) X(HOUR) \
	X(DAY) X(MONTH) X(YEAR) X(MMSI) X(DC) X(HPA) X(PM) X(SLOT) X(NMT) X(DV) X(TEXT)

/* 1, 2, 3: position report, class A (M.1371-5, annex 8, Messages 1, 2, 3; the others under their own number) */
#define XIE_AIS_T1(F)                                    \
	F(U, status, 38, 4, RAW, 15)                     \
	F(L, status_text, status, nav, RAW, NO)          \
	F(I, turn, 42, 8, ROT, -128)                     \
	F(U, speed, 50, 10, DKN, 1023)                   \
	F(B, accuracy, 60, 1, RAW, NO)                   \
	F(I, lon, 61, 28, MIN4, 108600000)               \
	F(I, lat, 89, 27, MIN4, 54600000)                \
	F(U, course, 116, 12, DDEG, 3600)                \
	F(U, heading, 128, 9, DEG, 511)                  \
	F(U, second, 137, 6, SEC, 60)                    \
	F(U, maneuver, 143, 2, RAW, 0)                   \
	F(SP, a, 145, 3, RAW, NO)                        \
	F(B, raim, 148, 1, RAW, NO)                      \
	F(U, radio, 149, 19, RAW, NO)
#define XIE_AIS_T1_BITS 168

/* 4, 11: base station report; UTC and date response */
#define XIE_AIS_T4(F)                                    \
	F(HU, year, 38, 14, YEAR, 0)                     \
	F(HU, month, 52, 4, MONTH, 0)                    \
	F(HU, day, 56, 5, DAY, 0)                        \
	F(HU, hour, 61, 5, HOUR, 24)                     \
	F(HU, minute, 66, 6, MINUTE, 60)                 \
	F(HU, second, 72, 6, SEC, 60)                    \
	F(C, timestamp, t4_timestamp, 0, RAW, NO)        \
	F(B, accuracy, 78, 1, RAW, NO)                   \
	F(I, lon, 79, 28, MIN4, 108600000)               \
	F(I, lat, 107, 27, MIN4, 54600000)               \
	F(U, epfd, 134, 4, RAW, 0)                       \
	F(L, epfd_text, epfd, epfd, RAW, NO)             \
	F(SP, a, 138, 10, RAW, NO)                       \
	F(B, raim, 148, 1, RAW, NO)                      \
	F(U, radio, 149, 19, RAW, NO)
#define XIE_AIS_T4_BITS 168

/* 5: ship static and voyage related data */
#define XIE_AIS_T5(F)                                    \
	F(U, imo, 40, 30, RAW, 0)                        \
	F(U, ais_version, 38, 2, RAW, NO)                \
	F(T, callsign, 70, 7, TEXT, NO)                  \
	F(T, shipname, 112, 20, TEXT, NO)                \
	F(U, shiptype, 232, 8, RAW, 0)                   \
	F(L, shiptype_text, shiptype, ship, RAW, NO)     \
	F(U, to_bow, 240, 9, M, NO)                      \
	F(U, to_stern, 249, 9, M, NO)                    \
	F(U, to_port, 258, 6, M, NO)                     \
	F(U, to_starboard, 264, 6, M, NO)                \
	F(U, epfd, 270, 4, RAW, 0)                       \
	F(L, epfd_text, epfd, epfd, RAW, NO)             \
	F(HU, month, 274, 4, MONTH, 0)                   \
	F(HU, day, 278, 5, DAY, 0)                       \
	F(HU, hour, 283, 5, HOUR, 24)                    \
	F(HU, minute, 288, 6, MINUTE, 60)                \
	F(C, eta, t5_eta, 0, RAW, NO)                    \
	F(U, draught, 294, 8, DM, 0)                     \
	F(T, destination, 302, 20, TEXT, NO)             \
	F(U, dte, 422, 1, RAW, 1)                        \
	F(SP, a, 423, 1, RAW, NO)
#define XIE_AIS_T5_BITS 424

/* 6, 8: binary message, addressed and broadcast; what stands behind is in app.h */
#define XIE_AIS_T6(F)                                    \
	F(U, seqno, 38, 2, RAW, NO)                      \
	F(U, dest_mmsi, 40, 30, MMSI, NO)                \
	F(B, retransmit, 70, 1, RAW, NO)                 \
	F(SP, a, 71, 1, RAW, NO)                         \
	F(U, dac, 72, 10, RAW, NO)                       \
	F(U, fid, 82, 6, RAW, NO)
#define XIE_AIS_T6_BITS 88
#define XIE_AIS_T8(F)                                    \
	F(SP, a, 38, 2, RAW, NO)                         \
	F(U, dac, 40, 10, RAW, NO)                       \
	F(U, fid, 50, 6, RAW, NO)
#define XIE_AIS_T8_BITS 56

/* 7, 13: acknowledgement, for one to four; bits not sent read 0 */
#define XIE_AIS_T7(F)                                    \
	F(SP, a, 38, 2, RAW, NO)                         \
	F(U, mmsi1, 40, 30, MMSI, 0)                     \
	F(HU, seqno1, 70, 2, RAW, NO)                    \
	F(U, mmsi2, 72, 30, MMSI, 0)                     \
	F(HU, seqno2, 102, 2, RAW, NO)                   \
	F(U, mmsi3, 104, 30, MMSI, 0)                    \
	F(HU, seqno3, 134, 2, RAW, NO)                   \
	F(U, mmsi4, 136, 30, MMSI, 0)                    \
	F(HU, seqno4, 166, 2, RAW, NO)
#define XIE_AIS_T7_BITS 168

/* 9: standard search and rescue aircraft position report */
#define XIE_AIS_T9(F)                                    \
	F(U, alt, 38, 12, M, 4095)                       \
	F(U, speed, 50, 10, KN, 1023)                    \
	F(B, accuracy, 60, 1, RAW, NO)                   \
	F(I, lon, 61, 28, MIN4, 108600000)               \
	F(I, lat, 89, 27, MIN4, 54600000)                \
	F(U, course, 116, 12, DDEG, 3600)                \
	F(U, second, 128, 6, SEC, 60)                    \
	F(U, regional, 134, 8, RAW, 0)                   \
	F(U, dte, 142, 1, RAW, 1)                        \
	F(SP, a, 143, 3, RAW, NO)                        \
	F(B, assigned, 146, 1, RAW, NO)                  \
	F(B, raim, 147, 1, RAW, NO)                      \
	F(U, radio, 148, 20, RAW, NO)
#define XIE_AIS_T9_BITS 168

/* 10: UTC and date inquiry */
#define XIE_AIS_T10(F)                                   \
	F(SP, a, 38, 2, RAW, NO)                         \
	F(U, dest_mmsi, 40, 30, MMSI, NO)                \
	F(SP, b, 70, 2, RAW, NO)
#define XIE_AIS_T10_BITS 72

/* 12, 14: safety related text, addressed and broadcast; the text takes the rest of the message */
#define XIE_AIS_T12(F)                                   \
	F(U, seqno, 38, 2, RAW, NO)                      \
	F(U, dest_mmsi, 40, 30, MMSI, NO)                \
	F(B, retransmit, 70, 1, RAW, NO)                 \
	F(SP, a, 71, 1, RAW, NO)                         \
	F(TR, text, 72, 156, TEXT, NO)
#define XIE_AIS_T12_BITS 72
#define XIE_AIS_T14(F)                                   \
	F(SP, a, 38, 2, RAW, NO)                         \
	F(TR, text, 40, 161, TEXT, NO)
#define XIE_AIS_T14_BITS 40

/* 15: interrogation */
#define XIE_AIS_T15(F)                                   \
	F(SP, a, 38, 2, RAW, NO)                         \
	F(U, mmsi1, 40, 30, MMSI, NO)                    \
	F(U, type1_1, 70, 6, RAW, 0)                     \
	F(U, offset1_1, 76, 12, SLOT, 0)                 \
	F(SP, b, 88, 2, RAW, NO)                         \
	F(U, type1_2, 90, 6, RAW, 0)                     \
	F(U, offset1_2, 96, 12, SLOT, 0)                 \
	F(SP, c, 108, 2, RAW, NO)                        \
	F(U, mmsi2, 110, 30, MMSI, 0)                    \
	F(U, type2_1, 140, 6, RAW, 0)                    \
	F(U, offset2_1, 146, 12, SLOT, 0)                \
	F(SP, d, 158, 2, RAW, NO)
#define XIE_AIS_T15_BITS 160

/* 16: assigned mode command, for one (96 bits) or two (144) stations */
#define XIE_AIS_T16(F)                                   \
	F(SP, a, 38, 2, RAW, NO)                         \
	F(U, mmsi1, 40, 30, MMSI, NO)                    \
	F(U, offset1, 70, 12, SLOT, NO)                  \
	F(U, increment1, 82, 10, RAW, NO)                \
	F(U, mmsi2, 92, 30, MMSI, 0)                     \
	F(U, offset2, 122, 12, SLOT, NO)                 \
	F(U, increment2, 134, 10, RAW, NO)
#define XIE_AIS_T16_BITS 144

/* 17: differential corrections of a base station; the data take the rest */
#define XIE_AIS_T17(F)                                   \
	F(SP, a, 38, 2, RAW, NO)                         \
	F(I, lon, 40, 18, MIN1, 108600)                  \
	F(I, lat, 58, 17, MIN1, 54600)                   \
	F(SP, b, 75, 5, RAW, NO)
#define XIE_AIS_T17_BITS 80

/* 18: standard class B position report */
#define XIE_AIS_T18(F)                                   \
	F(U, reserved, 38, 8, RAW, NO)                   \
	F(U, speed, 46, 10, DKN, 1023)                   \
	F(B, accuracy, 56, 1, RAW, NO)                   \
	F(I, lon, 57, 28, MIN4, 108600000)               \
	F(I, lat, 85, 27, MIN4, 54600000)                \
	F(U, course, 112, 12, DDEG, 3600)                \
	F(U, heading, 124, 9, DEG, 511)                  \
	F(U, second, 133, 6, SEC, 60)                    \
	F(U, regional, 139, 2, RAW, NO)                  \
	F(B, cs, 141, 1, RAW, NO)                        \
	F(B, display, 142, 1, RAW, NO)                   \
	F(B, dsc, 143, 1, RAW, NO)                       \
	F(B, band, 144, 1, RAW, NO)                      \
	F(B, msg22, 145, 1, RAW, NO)                     \
	F(B, assigned, 146, 1, RAW, NO)                  \
	F(B, raim, 147, 1, RAW, NO)                      \
	F(U, radio, 148, 20, RAW, NO)
#define XIE_AIS_T18_BITS 168

/* 19: extended class B position report */
#define XIE_AIS_T19(F)                                   \
	F(U, reserved, 38, 8, RAW, NO)                   \
	F(U, speed, 46, 10, DKN, 1023)                   \
	F(B, accuracy, 56, 1, RAW, NO)                   \
	F(I, lon, 57, 28, MIN4, 108600000)               \
	F(I, lat, 85, 27, MIN4, 54600000)                \
	F(U, course, 112, 12, DDEG, 3600)                \
	F(U, heading, 124, 9, DEG, 511)                  \
	F(U, second, 133, 6, SEC, 60)                    \
	F(U, regional, 139, 4, RAW, NO)                  \
	F(T, shipname, 143, 20, TEXT, NO)                \
	F(U, shiptype, 263, 8, RAW, 0)                   \
	F(L, shiptype_text, shiptype, ship, RAW, NO)     \
	F(U, to_bow, 271, 9, M, NO)                      \
	F(U, to_stern, 280, 9, M, NO)                    \
	F(U, to_port, 289, 6, M, NO)                     \
	F(U, to_starboard, 295, 6, M, NO)                \
	F(U, epfd, 301, 4, RAW, 0)                       \
	F(L, epfd_text, epfd, epfd, RAW, NO)             \
	F(B, raim, 305, 1, RAW, NO)                      \
	F(U, dte, 306, 1, RAW, 1)                        \
	F(B, assigned, 307, 1, RAW, NO)                  \
	F(SP, a, 308, 4, RAW, NO)
#define XIE_AIS_T19_BITS 312

/* 20: data link management, one to four reservations */
#define XIE_AIS_T20(F)                                   \
	F(SP, a, 38, 2, RAW, NO)                         \
	F(U, offset1, 40, 12, SLOT, 0)                   \
	F(U, number1, 52, 4, RAW, 0)                     \
	F(U, timeout1, 56, 3, RAW, 0)                    \
	F(U, increment1, 59, 11, RAW, 0)                 \
	F(U, offset2, 70, 12, SLOT, 0)                   \
	F(U, number2, 82, 4, RAW, 0)                     \
	F(U, timeout2, 86, 3, RAW, 0)                    \
	F(U, increment2, 89, 11, RAW, 0)                 \
	F(U, offset3, 100, 12, SLOT, 0)                  \
	F(U, number3, 112, 4, RAW, 0)                    \
	F(U, timeout3, 116, 3, RAW, 0)                   \
	F(U, increment3, 119, 11, RAW, 0)                \
	F(U, offset4, 130, 12, SLOT, 0)                  \
	F(U, number4, 142, 4, RAW, 0)                    \
	F(U, timeout4, 146, 3, RAW, 0)                   \
	F(U, increment4, 149, 11, RAW, 0)
#define XIE_AIS_T20_BITS 160

/* 21: aid to navigation; up to 14 more characters of the name stand behind bit 272 */
#define XIE_AIS_T21(F)                                   \
	F(U, aid_type, 38, 5, RAW, 0)                    \
	F(L, aid_type_text, aid_type, aid, RAW, NO)      \
	F(TX, name, 43, 34, TEXT, NO)                    \
	F(B, accuracy, 163, 1, RAW, NO)                  \
	F(I, lon, 164, 28, MIN4, 108600000)              \
	F(I, lat, 192, 27, MIN4, 54600000)               \
	F(U, to_bow, 219, 9, M, NO)                      \
	F(U, to_stern, 228, 9, M, NO)                    \
	F(U, to_port, 237, 6, M, NO)                     \
	F(U, to_starboard, 243, 6, M, NO)                \
	F(U, epfd, 249, 4, RAW, 0)                       \
	F(L, epfd_text, epfd, epfd, RAW, NO)             \
	F(U, second, 253, 6, SEC, 60)                    \
	F(U, regional, 260, 8, RAW, NO)                  \
	F(B, off_position, 259, 1, RAW, NO)              \
	F(B, raim, 268, 1, RAW, NO)                      \
	F(B, virtual_aid, 269, 1, RAW, NO)               \
	F(B, assigned, 270, 1, RAW, NO)                  \
	F(SP, a, 271, 1, RAW, NO)
#define XIE_AIS_T21_BITS 272

/* 22: channel management; an area, or two stations when addressed */
#define XIE_AIS_T22(F)                                   \
	F(SP, a, 38, 2, RAW, NO)                         \
	F(U, channel_a, 40, 12, RAW, NO)                 \
	F(U, channel_b, 52, 12, RAW, NO)                 \
	F(U, txrx, 64, 4, RAW, NO)                       \
	F(B, power, 68, 1, RAW, NO)                      \
	F(HI, ne_lon, 69, 18, MIN1, 108600)              \
	F(HI, ne_lat, 87, 17, MIN1, 54600)               \
	F(HI, sw_lon, 104, 18, MIN1, 108600)             \
	F(HI, sw_lat, 122, 17, MIN1, 54600)              \
	F(HX, dest1, 69, 30, MMSI, NO)                   \
	F(HX, dest2, 104, 30, MMSI, NO)                  \
	F(C, where, t22_where, 0, RAW, NO)               \
	F(B, addressed, 139, 1, RAW, NO)                 \
	F(B, band_a, 140, 1, RAW, NO)                    \
	F(B, band_b, 141, 1, RAW, NO)                    \
	F(U, zonesize, 142, 3, NMT, NO)                  \
	F(SP, b, 145, 23, RAW, NO)
#define XIE_AIS_T22_BITS 168

/* 23: group assignment command */
#define XIE_AIS_T23(F)                                   \
	F(SP, a, 38, 2, RAW, NO)                         \
	F(I, ne_lon, 40, 18, MIN1, 108600)               \
	F(I, ne_lat, 58, 17, MIN1, 54600)                \
	F(I, sw_lon, 75, 18, MIN1, 108600)               \
	F(I, sw_lat, 93, 17, MIN1, 54600)                \
	F(U, stationtype, 110, 4, RAW, NO)               \
	F(L, stationtype_text, stationtype, station, RAW, NO) \
	F(U, shiptype, 114, 8, RAW, 0)                   \
	F(L, shiptype_text, shiptype, ship, RAW, NO)     \
	F(SP, b, 122, 22, RAW, NO)                       \
	F(U, txrx, 144, 2, RAW, NO)                      \
	F(U, interval, 146, 4, RAW, NO)                  \
	F(U, quiet, 150, 4, MINUTE, NO)                  \
	F(SP, c, 154, 6, RAW, NO)
#define XIE_AIS_T23_BITS 160

/* 24 A and B: class B static data.  B of an auxiliary craft (MMSI 98.......) has its mother ship's MMSI where
 * others have their dimensions. */
#define XIE_AIS_T24A(F)                                  \
	F(SP, part, 38, 2, RAW, NO)                      \
	F(T, shipname, 40, 20, TEXT, NO)
#define XIE_AIS_T24A_BITS 160
#define XIE_AIS_T24B(F)                                  \
	F(SP, part, 38, 2, RAW, NO)                      \
	F(U, shiptype, 40, 8, RAW, 0)                    \
	F(L, shiptype_text, shiptype, ship, RAW, NO)     \
	F(T, vendorid, 48, 7, TEXT, NO)                  \
	F(U, model, 66, 4, RAW, NO)                      \
	F(U, serial, 70, 20, RAW, NO)                    \
	F(T, callsign, 90, 7, TEXT, NO)                  \
	F(HU, to_bow, 132, 9, M, NO)                     \
	F(HU, to_stern, 141, 9, M, NO)                   \
	F(HU, to_port, 150, 6, M, NO)                    \
	F(HU, to_starboard, 156, 6, M, NO)               \
	F(HX, mothership_mmsi, 132, 30, MMSI, 0)         \
	F(C, size, t24_size, 0, RAW, NO)                 \
	F(SP, a, 162, 6, RAW, NO)
#define XIE_AIS_T24B_BITS 168

/* 25, 26: binary message in one slot, in several with a communication state; the data are in the struct.  Destination
 * and application identifier follow without the two spare bits of the fifth edition, as gpsd reads them. */
#define XIE_AIS_T25(F)                                   \
	F(B, addressed, 38, 1, RAW, NO)                  \
	F(B, structured, 39, 1, RAW, NO)

/* 27: long-range position report */
#define XIE_AIS_T27(F)                                   \
	F(U, status, 40, 4, RAW, 15)                     \
	F(L, status_text, status, nav, RAW, NO)          \
	F(B, accuracy, 38, 1, RAW, NO)                   \
	F(I, lon, 44, 18, MIN1, 108600)                  \
	F(I, lat, 62, 17, MIN1, 54600)                   \
	F(U, speed, 79, 6, KN, 63)                       \
	F(U, course, 85, 9, DEG, 511)                    \
	F(B, raim, 39, 1, RAW, NO)                       \
	F(B, gnss, 94, 1, RAW, NO)                       \
	F(SP, a, 95, 1, RAW, NO)
#define XIE_AIS_T27_BITS 96

#endif
