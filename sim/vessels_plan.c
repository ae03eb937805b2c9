/* SPDX-License-Identifier: Apache-2.0 */
/* An hour of vessels on the Dongping, Shunde, Xiaolan and Hengmen waterways and off the river mouth, from twenty past
 * five in the morning, as packs/cn-inland-waters sketches them: what each of them plants, and honest traffic.
 *
 * Limits of the pack: 12 km/h = 6.48 kn at br-dongping and br-shunde, 10 km/h = 5.3996 kn at br-xiaolan (AIS knows tenths
 * of a knot: 5.3 or 5.4), 10 kn at sea; night ends at six; anchored is slower than 0.5 kn for ten minutes. */
#include "vessels.h"

#define AT(x, y) .lon = (x), .lat = (y)
#define BREACH(...) .plant = { "breach", __VA_ARGS__ }
#define NEAR(...) .plant = { "near_miss", __VA_ARGS__ }
#define MOORED .status = VESSEL_MOORED
#define ANCHORED .status = VESSEL_AT_ANCHOR
#define RESTRICTED .status = VESSEL_RESTRICTED
#define UNSEEN .silent = true

/* Too fast through a bridge area, and back just under the limit */
static const struct sim_step bridge_speeder[] = {
	{ AT(113106258, 22995382), .wait_s = 5 },
	{ AT(113116425, 22993635), SIM_DKN(80),
	  BREACH("cniw-bridge-speed", "br-dongping", "14.8 km/h where 12 are allowed") },
	{ AT(113128895, 22991491), SIM_DKN(62) },
	{ AT(113128984, 22991936), SIM_DKN(40) },
	{ AT(113114596, 22994409), SIM_DKN(62) },
	{ AT(113105963, 22995892), SIM_DKN(64),
	  NEAR("cniw-bridge-speed", "br-dongping", "11.85 km/h where 12 are allowed") },
	{ AT(113105243, 22994776), SIM_DKN(30) },
	{ AT(113105243, 22994776), .until_s = 3600, MOORED },
};
/* Over the limit for twenty seconds only */
static const struct sim_step brief[] = {
	{ AT(113127066, 22992265), .until_s = 300, UNSEEN },
	{ AT(113111718, 22994903), SIM_DKN(62) },
	{ AT(113110999, 22995027), SIM_DKN(70),
	  NEAR("cniw-bridge-speed", "br-dongping", "13 km/h where 12 are allowed, for twenty seconds") },
	{ AT(113104332, 22996173), SIM_DKN(62) },
	{ AT(113104771, 22996878), SIM_DKN(25) },
	{ AT(113104771, 22996878), .until_s = 3600, MOORED },
};
/* A small craft in closed water */
static const struct sim_step intruder[] = {
	{ AT(113086200, 22997200), .until_s = 240, MOORED },
	{ AT(113086400, 23000800), SIM_DKN(50),
	  BREACH("cniw-no-go", "ng-intake-dongping", "crosses into the water intake") },
	{ AT(113086400, 23000800), .wait_s = 60 },
	{ AT(113086200, 22997200), SIM_DKN(50) },
	{ AT(113086200, 22997200), .until_s = 3600, MOORED },
};
/* Along the border of closed water */
static const struct sim_step skirts[] = {
	{ AT(113077000, 23000200), .until_s = 420, MOORED },
	{ AT(113077000, 23001600), SIM_DKN(40) },
	{ AT(113083500, 23000050), SIM_DKN(60) },
	{ AT(113088500, 22998850), SIM_DKN(60),
	  NEAR("cniw-no-go", "ng-intake-dongping", "passes the water intake at 15 m") },
	{ AT(113094500, 22997600), SIM_DKN(60) },
	{ AT(113094500, 22997000), SIM_DKN(30) },
	{ AT(113083500, 22999000), SIM_DKN(60) },
	{ AT(113077000, 23000200), SIM_DKN(60) },
	{ AT(113077000, 23000200), .until_s = 3600, MOORED },
};
/* Anchored in the channel for fourteen minutes */
static const struct sim_step anchors[] = {
	{ AT(113145051, 22987934), .until_s = 120, MOORED },
	{ AT(113146170, 22988568), SIM_DKN(30) },
	{ AT(113148089, 22988239), SIM_DKN(50) },
	{ AT(113148089, 22988239), .wait_s = 840, ANCHORED,
	  BREACH("cniw-channel-anchoring", "ch-dongping", "at anchor for fourteen minutes") },
	{ AT(113153844, 22987249), SIM_DKN(50) },
	{ AT(113153924, 22987649), SIM_DKN(30) },
	{ AT(113146250, 22988968), SIM_DKN(50) },
	{ AT(113145051, 22987934), SIM_DKN(30) },
	{ AT(113145051, 22987934), .until_s = 3600, MOORED },
};
/* Made fast in the channel: allowed */
static const struct sim_step moored[] = {
	{ AT(113157636, 22986368), .wait_s = 1500, MOORED,
	  NEAR("cniw-channel-anchoring", "ch-dongping", "moored for twenty-five minutes") },
	{ AT(113162459, 22985677), SIM_DKN(40) },
	{ AT(113162566, 22986210), SIM_DKN(30) },
	{ AT(113157770, 22987034), SIM_DKN(40) },
	{ AT(113157521, 22985790), SIM_DKN(30) },
	{ AT(113157521, 22985790), .until_s = 3600, MOORED },
};
/* Drifts at exactly half a knot */
static const struct sim_step drifts[] = {
	{ AT(113160790, 22987250), .until_s = 300, MOORED },
	{ AT(113161589, 22986286), SIM_DKN(30) },
	{ AT(113163364, 22985981), SIM_DKN(5),
	  NEAR("cniw-channel-anchoring", "ch-dongping", "0.5 kn where slower than 0.5 is anchored") },
	{ AT(113160630, 22986451), SIM_DKN(40) },
	{ AT(113160790, 22987250), SIM_DKN(30) },
	{ AT(113160790, 22987250), .until_s = 3600, MOORED },
};
/* Against the one-way hours; with them; and after them */
static const struct sim_step one_way[] = {
	{ AT(113144483, 22990053), .until_s = 240, MOORED },
	{ AT(113144332, 22989298), SIM_DKN(30) },
	{ AT(113135699, 22990781), SIM_DKN(60),
	  BREACH("cniw-one-way-night", "ow-dongping", "westbound at twenty-five past five") },
	{ AT(113132821, 22991276), SIM_DKN(60) },
	{ AT(113132732, 22990832), SIM_DKN(30) },
	{ AT(113144243, 22988854), SIM_DKN(60), NEAR("cniw-one-way-night", "ow-dongping", "eastbound before six") },
	{ AT(113144483, 22990053), SIM_DKN(30) },
	{ AT(113144483, 22990053), .until_s = 2430, MOORED },
	{ AT(113144332, 22989298), SIM_DKN(30) },
	{ AT(113135699, 22990781), SIM_DKN(60), NEAR("cniw-one-way-night", "ow-dongping", "westbound after six") },
	{ AT(113135850, 22991536), SIM_DKN(30) },
	{ AT(113135850, 22991536), .until_s = 3600, MOORED },
};
/* A passenger vessel at fourteen knots through a bridge area */
static const struct sim_step fast[] = {
	{ AT(113168353, 22869770), .wait_s = 20, MOORED },
	{ AT(113169554, 22870333), SIM_DKN(40) },
	{ AT(113184505, 22866179), SIM_DKN(145),
	  BREACH("cniw-bridge-speed", "br-shunde", "26.9 km/h where 12 are allowed") },
	{ AT(113196653, 22862805), SIM_DKN(100) },
	{ AT(113196793, 22863238), SIM_DKN(50) },
	{ AT(113169694, 22870765), SIM_DKN(60) },
	{ AT(113168353, 22869770), SIM_DKN(30) },
	{ AT(113168353, 22869770), .until_s = 3600, MOORED },
};
/* Silent for almost eighteen minutes under way */
static const struct sim_step dark[] = {
	{ AT(113197695, 22861620), .until_s = 60, MOORED },
	{ AT(113198536, 22862329), SIM_DKN(30) },
	{ AT(113208000, 22859640), SIM_DKN(40) },
	{ AT(113228000, 22852830), SIM_DKN(40), UNSEEN,
	  BREACH("cniw-silence", "ca-shunde", "no position for over seventeen minutes") },
	{ AT(113230000, 22852200), SIM_DKN(40) },
	{ AT(113230000, 22852600), SIM_DKN(30) },
	{ AT(113208000, 22860100), SIM_DKN(60) },
	{ AT(113198102, 22862874), SIM_DKN(60) },
	{ AT(113197695, 22861620), SIM_DKN(30) },
	{ AT(113197695, 22861620), .until_s = 3600, MOORED },
};
/* Silent for just under fourteen minutes */
static const struct sim_step hushed[] = {
	{ AT(113210000, 22860000), .until_s = 200, MOORED },
	{ AT(113210500, 22858800), SIM_DKN(30) },
	{ AT(113227580, 22852970), SIM_DKN(45), UNSEEN,
	  NEAR("cniw-silence", "ca-shunde", "no position for just under fifteen minutes") },
	{ AT(113228500, 22852800), SIM_DKN(45) },
	{ AT(113210500, 22859200), SIM_DKN(60) },
	{ AT(113210000, 22860000), SIM_DKN(30) },
	{ AT(113210000, 22860000), .until_s = 3600, MOORED },
};
/* Anchored in the channel for nine minutes */
static const struct sim_step waits[] = {
	{ AT(113156205, 22873145), .until_s = 200, MOORED },
	{ AT(113157392, 22873664), SIM_DKN(30) },
	{ AT(113159261, 22873145), SIM_DKN(50) },
	{ AT(113159261, 22873145), .wait_s = 540, ANCHORED,
	  NEAR("cniw-channel-anchoring", "ch-shunde", "at anchor for nine minutes") },
	{ AT(113162064, 22872366), SIM_DKN(50) },
	{ AT(113162232, 22872885), SIM_DKN(30) },
	{ AT(113157560, 22874183), SIM_DKN(50) },
	{ AT(113156205, 22873145), SIM_DKN(30) },
	{ AT(113156205, 22873145), .until_s = 3600, MOORED },
};
/* A ferry and its timetable */
static const struct sim_step ferry_shunde[] = {
	{ AT(113056900, 22913600), .until_s = 600, MOORED },
	{ AT(113055100, 22909400), SIM_DKN(50),
	  BREACH("cniw-ferry-night", "fr-sanhongqi", "sails at half past five") },
	{ AT(113055100, 22909400), .until_s = 2430, MOORED },
	{ AT(113055460, 22910240), SIM_DKN(50),
	  NEAR("cniw-ferry-night", "fr-sanhongqi", "the first crossing, at six") },
	{ AT(113056900, 22913600), SIM_DKN(50),
	  BREACH("cniw-ferry-close", "fr-sanhongqi", "crosses 20 m before a vessel under way", "413790013") },
	{ AT(113056900, 22913600), .until_s = 2790, MOORED },
	{ AT(113055100, 22909400), SIM_DKN(50),
	  NEAR("cniw-ferry-close", "fr-sanhongqi", "a vessel passes 100 m behind", "413790014") },
	{ AT(113055100, 22909400), .until_s = 3150, MOORED },
	{ AT(113056900, 22913600), SIM_DKN(50) },
	{ AT(113056900, 22913600), .until_s = 3600, MOORED },
};
/* Passes before the ferry */
static const struct sim_step crossed[] = {
	{ AT(113047935, 22914719), .until_s = 2235, UNSEEN },
	{ AT(113064212, 22908616), SIM_DKN(60) },
	{ AT(113069637, 22906581), SIM_DKN(60) },
};
/* Passes behind the ferry */
static const struct sim_step astern[] = {
	{ AT(113047788, 22914384), .until_s = 2645, UNSEEN },
	{ AT(113064065, 22908281), SIM_DKN(60) },
	{ AT(113069491, 22906246), SIM_DKN(60) },
};
/* 0.8 m/h over the limit, and 0.2 km/h under it */
static const struct sim_step edge[] = {
	{ AT(113295975, 22652148), .wait_s = 60, MOORED },
	{ AT(113296929, 22652564), SIM_DKN(30) },
	{ AT(113303946, 22648643), SIM_DKN(54),
	  BREACH("cniw-bridge-speed", "br-xiaolan", "10.0008 km/h where 10 are allowed") },
	{ AT(113307287, 22646776), SIM_DKN(50) },
	{ AT(113307489, 22647085), SIM_DKN(30) },
	{ AT(113303312, 22649419), SIM_DKN(50) },
	{ AT(113297131, 22652873), SIM_DKN(53),
	  NEAR("cniw-bridge-speed", "br-xiaolan", "9.8 km/h where 10 are allowed") },
	{ AT(113295975, 22652148), SIM_DKN(30) },
	{ AT(113295975, 22652148), .until_s = 3600, MOORED },
};
/* Reported its voyage and passes the gate */
static const struct sim_step reported[] = {
	{ AT(113226668, 22689537), .until_s = 100, MOORED },
	{ AT(113227600, 22689994), SIM_DKN(30) },
	{ AT(113234811, 22686389), SIM_DKN(60), NEAR("cniw-gate-unreported", "gt-xiaolan", "reported its voyage") },
	{ AT(113234997, 22686707), SIM_DKN(30) },
	{ AT(113227786, 22690312), SIM_DKN(60) },
	{ AT(113226668, 22689537), SIM_DKN(40) },
	{ AT(113226668, 22689537), .until_s = 3600, MOORED },
};
/* Passes the gate and never reported */
static const struct sim_step unreported[] = {
	{ AT(113227600, 22689994), .until_s = 700, UNSEEN },
	{ AT(113233953, 22686818), SIM_DKN(50),
	  BREACH("cniw-gate-unreported", "gt-xiaolan", "no voyage was reported") },
	{ AT(113234394, 22685674), SIM_DKN(40) },
	{ AT(113234394, 22685674), .until_s = 3600, MOORED },
};
/* Turns ninety metres before the gate */
static const struct sim_step turns[] = {
	{ AT(113225971, 22692144), .until_s = 500, MOORED },
	{ AT(113226069, 22691171), SIM_DKN(30) },
	{ AT(113230361, 22689025), SIM_DKN(50),
	  NEAR("cniw-gate-unreported", "gt-xiaolan", "turns 90 m before the gate") },
	{ AT(113226115, 22691250), SIM_DKN(50) },
	{ AT(113225971, 22692144), SIM_DKN(30) },
	{ AT(113225971, 22692144), .until_s = 3600, MOORED },
};
/* A ferry that leaves its route */
static const struct sim_step ferry_xiaolan[] = {
	{ AT(113390600, 22613400), .until_s = 2700, MOORED },
	{ AT(113388000, 22611500), SIM_DKN(50),
	  BREACH("cniw-ferry-route", "fr-hengsha", "200 m off the approved route") },
	{ AT(113389400, 22609600), SIM_DKN(50) },
	{ AT(113389400, 22609600), .until_s = 3060, MOORED },
	{ AT(113390322, 22611419), SIM_DKN(50),
	  NEAR("cniw-ferry-route", "fr-hengsha", "35 m off the middle of the route") },
	{ AT(113390600, 22613400), SIM_DKN(50) },
	{ AT(113390600, 22613400), .until_s = 3600, MOORED },
};
/* Reported its voyage and passes the Hengmen gate */
static const struct sim_step passes_gate[] = {
	{ AT(113508000, 22581500), .until_s = 150, MOORED },
	{ AT(113508000, 22582900), SIM_DKN(40) },
	{ AT(113534000, 22579500), SIM_DKN(70), NEAR("cniw-gate-unreported", "gt-hengmen", "reported its voyage") },
	{ AT(113534000, 22580000), SIM_DKN(40) },
	{ AT(113508000, 22583500), SIM_DKN(70) },
	{ AT(113508000, 22581500), SIM_DKN(40) },
	{ AT(113508000, 22581500), .until_s = 3600, MOORED },
};
/* Works in the hole of the closed water */
static const struct sim_step works[] = {
	{ AT(113481800, 22585200), .until_s = 1800, RESTRICTED,
	  NEAR("cniw-no-go", "ng-works-hengmen", "in the hole of the closed water") },
	{ AT(113482200, 22585400), SIM_DKN(10), RESTRICTED },
	{ AT(113482200, 22585400), .until_s = 3600, RESTRICTED },
};
/* Through the closed water, and back around it */
static const struct sim_step crosses_works[] = {
	{ AT(113466000, 22594500), .until_s = 80, MOORED },
	{ AT(113468000, 22590690), SIM_DKN(40) },
	{ AT(113494000, 22585000), SIM_DKN(70),
	  BREACH("cniw-no-go", "ng-works-hengmen", "straight through the works") },
	{ AT(113496000, 22585800), SIM_DKN(50) },
	{ AT(113489000, 22587080), SIM_DKN(60) },
	{ AT(113477000, 22589480), SIM_DKN(60), NEAR("cniw-no-go", "ng-works-hengmen", "passes the works at 30 m") },
	{ AT(113468000, 22591800), SIM_DKN(60) },
	{ AT(113466000, 22594500), SIM_DKN(40) },
	{ AT(113466000, 22594500), .until_s = 3600, MOORED },
};
/* Too fast through the bridge area at sea */
static const struct sim_step sea_fast[] = {
	{ AT(113660661, 22534006), .wait_s = 10 },
	{ AT(113647339, 22553994), SIM_DKN(120),
	  BREACH("cniw-sea-bridge-speed", "sea-link-bridge", "12 kn where 10 are allowed") },
	{ AT(113643824, 22554108), SIM_DKN(60) },
	{ AT(113658170, 22532583), SIM_DKN(90) },
	{ AT(113661686, 22532469), SIM_DKN(60) },
	{ AT(113661686, 22532469), .until_s = 3600, ANCHORED },
};
/* At exactly ten knots through the bridge area at sea */
static const struct sim_step sea_limit[] = {
	{ AT(113651808, 22557609), .until_s = 300, ANCHORED },
	{ AT(113665642, 22536853), SIM_DKN(100),
	  NEAR("cniw-sea-bridge-speed", "sea-link-bridge", "10 kn where 10 are allowed") },
	{ AT(113669158, 22536739), SIM_DKN(60) },
	{ AT(113654811, 22558263), SIM_DKN(90) },
	{ AT(113651808, 22557609), SIM_DKN(50) },
	{ AT(113651808, 22557609), .until_s = 3600, ANCHORED },
};
/* Silent for twenty-three minutes off the river mouth */
static const struct sim_step sea_dark[] = {
	{ AT(113700000, 22625000), .until_s = 100, ANCHORED },
	{ AT(113700000, 22620000), SIM_DKN(50) },
	{ AT(113700000, 22588000), SIM_DKN(50), UNSEEN,
	  BREACH("cniw-sea-silence", "sea-hengmen-mouth", "no position for twenty-three minutes") },
	{ AT(113700000, 22585000), SIM_DKN(50) },
	{ AT(113702000, 22585000), SIM_DKN(40) },
	{ AT(113702000, 22620000), SIM_DKN(80) },
	{ AT(113700000, 22625000), SIM_DKN(50) },
	{ AT(113700000, 22625000), .until_s = 3600, ANCHORED },
};
/* Silent for eighteen minutes */
static const struct sim_step sea_hushed[] = {
	{ AT(113720000, 22625000), .until_s = 160, ANCHORED },
	{ AT(113720000, 22620000), SIM_DKN(50) },
	{ AT(113720000, 22594900), SIM_DKN(50), UNSEEN,
	  NEAR("cniw-sea-silence", "sea-hengmen-mouth", "no position for eighteen minutes") },
	{ AT(113720000, 22590000), SIM_DKN(50) },
	{ AT(113722000, 22590000), SIM_DKN(40) },
	{ AT(113722000, 22620000), SIM_DKN(80) },
	{ AT(113720000, 22625000), SIM_DKN(50) },
	{ AT(113720000, 22625000), .until_s = 3600, ANCHORED },
};
/* Honest, there and back */
static const struct sim_step honest_1[] = {
	{ AT(113114498, 22993920), .wait_s = 10 },
	{ AT(113135601, 22990293), SIM_DKN(60) },
	{ AT(113135708, 22990826), SIM_DKN(30) },
	{ AT(113114605, 22994453), SIM_DKN(60) },
	{ AT(113114498, 22993920), SIM_DKN(30) },
	{ AT(113135601, 22990293), SIM_DKN(60) },
	{ AT(113135708, 22990826), SIM_DKN(30) },
	{ AT(113114605, 22994453), SIM_DKN(60) },
	{ AT(113114498, 22993920), SIM_DKN(30) },
};
/* Honest, there and back */
static const struct sim_step honest_2[] = {
	{ AT(113106327, 22995233), .wait_s = 10 },
	{ AT(113132705, 22990699), SIM_DKN(63) },
	{ AT(113132848, 22991409), SIM_DKN(30) },
	{ AT(113106469, 22995943), SIM_DKN(63) },
	{ AT(113106327, 22995233), SIM_DKN(30) },
};
/* Honest, there and back */
static const struct sim_step honest_3[] = {
	{ AT(113152691, 22874875), .wait_s = 10 },
	{ AT(113199414, 22861897), SIM_DKN(62) },
	{ AT(113199639, 22862589), SIM_DKN(30) },
	{ AT(113152916, 22875567), SIM_DKN(62) },
	{ AT(113152691, 22874875), SIM_DKN(30) },
};
/* Honest, there and back */
static const struct sim_step honest_4[] = {
	{ AT(113161172, 22872755), .wait_s = 10 },
	{ AT(113173320, 22869381), SIM_DKN(50) },
	{ AT(113173404, 22869640), SIM_DKN(30) },
	{ AT(113161256, 22873015), SIM_DKN(50) },
	{ AT(113161172, 22872755), SIM_DKN(30) },
	{ AT(113173320, 22869381), SIM_DKN(50) },
	{ AT(113173404, 22869640), SIM_DKN(30) },
	{ AT(113161256, 22873015), SIM_DKN(50) },
	{ AT(113161172, 22872755), SIM_DKN(30) },
};
/* Honest, there and back */
static const struct sim_step honest_5[] = {
	{ AT(113287165, 22657862), .wait_s = 10 },
	{ AT(113315564, 22641992), SIM_DKN(52) },
	{ AT(113315917, 22642533), SIM_DKN(30) },
	{ AT(113287518, 22658404), SIM_DKN(52) },
	{ AT(113287165, 22657862), SIM_DKN(30) },
};
/* Honest, there and back */
static const struct sim_step honest_6[] = {
	{ AT(113310628, 22644909), .wait_s = 10 },
	{ AT(113330675, 22633706), SIM_DKN(50) },
	{ AT(113330876, 22634015), SIM_DKN(30) },
	{ AT(113310830, 22645218), SIM_DKN(50) },
	{ AT(113310628, 22644909), SIM_DKN(30) },
};
/* Honest, there and back */
static const struct sim_step honest_7[] = {
	{ AT(113056827, 22910898), .wait_s = 10 },
	{ AT(113078529, 22902759), SIM_DKN(62) },
	{ AT(113078749, 22903262), SIM_DKN(30) },
	{ AT(113057046, 22911400), SIM_DKN(62) },
	{ AT(113056827, 22910898), SIM_DKN(30) },
};

#define STEPS(s) (s), sizeof(s) / sizeof((s)[0])
#define A VESSEL_CLASS_A
#define B VESSEL_CLASS_B
#define FOSHAN VESSEL_AT_FOSHAN
#define ZHONGSHAN VESSEL_AT_ZHONGSHAN
/* MMSI, class, who hears it, name, call sign, destination, type of ship, metres, draught in decimetres, group, steps */
const struct vessel vessels_all[] = {
	{ 413790001, A, FOSHAN, "YUE FO SHAN 1001", "BRA00", "FOSHAN", 70, 68, 12, 28, 1000, STEPS(bridge_speeder) },
	{ 413790002, A, FOSHAN, "YUE SHUN DE YOU 88", "BRB01", "FOSHAN", 80, 82, 13, 35, 1001, STEPS(brief) },
	{ 413790003, B, FOSHAN, "SHA TANG 12", "BRC02", "FOSHAN", 30, 9, 3, 28, 1002, STEPS(intruder) },
	{ 413790004, A, FOSHAN, "YUE NAN HAI 326", "BRD03", "FOSHAN", 70, 60, 12, 28, 1003, STEPS(skirts) },
	{ 413790005, A, FOSHAN, "YUE SAN SHUI 518", "BRE04", "FOSHAN", 70, 60, 12, 28, 1004, STEPS(anchors) },
	{ 413790006, A, FOSHAN, "YUE GAO MING 77", "BRF05", "FOSHAN", 70, 60, 12, 28, 1005, STEPS(moored) },
	{ 413790007, A, FOSHAN, "FO SHAN HUO 2266", "BRG06", "FOSHAN", 70, 60, 12, 28, 1006, STEPS(drifts) },
	{ 413790008, A, FOSHAN, "YUE FO SHAN 2218", "BRH07", "FOSHAN", 70, 60, 12, 28, 1007, STEPS(one_way) },
	{ 413790009, A, FOSHAN, "SHUN GANG 8", "BRI08", "FOSHAN", 60, 42, 10, 16, 1008, STEPS(fast) },
	{ 413790010, A, FOSHAN, "YUE JIANG MEN 6188", "BRJ09", "FOSHAN", 70, 60, 12, 28, 1009, STEPS(dark) },
	{ 413790011, B, FOSHAN, "RONG GUI 33", "BRK00", "FOSHAN", 37, 12, 4, 28, 1010, STEPS(hushed) },
	{ 413790012, A, FOSHAN, "YUE SHUN DE 1616", "BRL01", "FOSHAN", 70, 60, 12, 28, 1011, STEPS(waits) },
	{ 413780001, A, FOSHAN, "SAN HONG QI DU 1", "BRM02", "SANHONGQI", 60, 28, 8, 12, 1, STEPS(ferry_shunde) },
	{ 413790013, A, FOSHAN, "YUE XI JIANG 901", "BRN03", "SHUNDE", 70, 60, 12, 28, 1, STEPS(crossed) },
	{ 413790014, A, FOSHAN, "YUE XI JIANG 417", "BRO04", "SHUNDE", 70, 60, 12, 28, 1, STEPS(astern) },
	{ 413790015, A, ZHONGSHAN, "XIAO LAN HUO 5", "BRP05", "XIAOLAN", 70, 60, 12, 28, 1015, STEPS(edge) },
	{ 413770002, A, ZHONGSHAN, "YUE ZHONG SHAN 2002", "BRQ06", "ZHONGSHAN", 70, 60, 12, 28, 1016, STEPS(reported) },
	{ 413790016, B, ZHONGSHAN, "ZHONG SHAN YU 77", "BRR07", "FOSHAN", 30, 14, 4, 28, 1017, STEPS(unreported) },
	{ 413790017, A, ZHONGSHAN, "YUE KAI PING 909", "BRS08", "KAIPING", 70, 60, 12, 28, 1018, STEPS(turns) },
	{ 413780002, B, ZHONGSHAN, "HENG SHA DU 3", "BRT09", "FOSHAN", 60, 18, 5, 28, 1019, STEPS(ferry_xiaolan) },
	{ 413770001, A, ZHONGSHAN, "YUE ZHONG SHAN 1001", "BRU00", "HONG KONG", 70, 60, 12, 28, 1020, STEPS(passes_gate) },
	{ 413790018, A, ZHONGSHAN, "HENG MEN GONG 1", "BRV01", "HENGMEN", 33, 40, 14, 20, 1021, STEPS(works) },
	{ 413790019, A, ZHONGSHAN, "YUE DONG GUAN 338", "BRW02", "DONGGUAN", 70, 75, 12, 28, 1022, STEPS(crosses_works) },
	{ 413790020, A, ZHONGSHAN, "HAI TIAN 6", "BRX03", "SHENZHEN", 70, 96, 16, 52, 1023, STEPS(sea_fast) },
	{ 413790021, A, ZHONGSHAN, "WAN SHAN 19", "BRY04", "ZHUHAI", 70, 88, 15, 48, 1024, STEPS(sea_limit) },
	{ 413790022, A, ZHONGSHAN, "MIN LIAN YU 66", "BRZ05", "FOSHAN", 30, 32, 7, 30, 1025, STEPS(sea_dark) },
	{ 413790023, A, ZHONGSHAN, "YUE TAI SHAN 12", "BRA16", "FOSHAN", 70, 54, 12, 30, 1026, STEPS(sea_hushed) },
	{ 413790101, A, FOSHAN, "YUE FO SHAN 0808", "BRB17", "FOSHAN", 70, 60, 12, 28, 1027, STEPS(honest_1) },
	{ 413790102, A, FOSHAN, "YUE HE SHAN 1212", "BRC18", "FOSHAN", 70, 60, 12, 28, 1028, STEPS(honest_2) },
	{ 413790103, A, FOSHAN, "YUE SHUN DE 2020", "BRD19", "FOSHAN", 70, 60, 12, 28, 1029, STEPS(honest_3) },
	{ 413790104, B, FOSHAN, "LE CONG 21", "BRE10", "FOSHAN", 37, 11, 4, 28, 1030, STEPS(honest_4) },
	{ 413790105, A, ZHONGSHAN, "YUE JIANG MEN 18", "BRF11", "FOSHAN", 70, 60, 12, 28, 1031, STEPS(honest_5) },
	{ 413790106, B, ZHONGSHAN, "NAN TOU 6", "BRG12", "FOSHAN", 37, 13, 4, 28, 1032, STEPS(honest_6) },
	{ 413790107, A, FOSHAN, "YUE NAN HAI 1", "BRH13", "FOSHAN", 70, 60, 12, 28, 1033, STEPS(honest_7) },
};
const uint32_t vessels_n = sizeof vessels_all / sizeof vessels_all[0];
