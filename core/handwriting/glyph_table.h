// SPDX-License-Identifier: MIT
// The ways in which people write the ten digits. A digit is one unit high: y goes down from 0 at
// the top to 1 at the bottom, x goes right in the same unit. A glyph is
//   glyph <digit> <share> <name>      share: how frequent it is among the glyphs of the digit
//   stroke <x> <y>  <x> <y>! …        the knots that the pen passes through from touching down to
//                                     lifting: smoothly, or in a corner if marked with !
//   vary <name>: <knot> <x> <y>, …    a variation between writers: these knots (counted from 0
//                                     through all strokes) move by this much times one random
//                                     number from -1 to 1
// The file is a table and grows with the ways of writing a digit.
#pragma once

#include <string_view>

namespace tinycnn {

inline constexpr std::string_view kZeros = R"(
glyph 0 5 round
  stroke  .42 .01  .14 .17  .02 .5  .13 .85  .38 1  .64 .84  .76 .5  .64 .14  .4 .02
  vary gap or overlap: 0 .1 -.02, 8 -.12 .03
  vary closed above or below: 8 0 .1
  vary egg: 1 .08 0, 7 -.08 0, 3 -.05 0, 5 .05 0
  vary narrow: 1 .12 0, 2 .16 0, 3 .12 0, 5 -.12 0, 6 -.16 0, 7 -.12 0
  vary leaning: 1 -.08 .05, 7 -.08 -.05, 3 .08 -.05, 5 .08 .05

glyph 0 2 curled in
  stroke  .5 .06  .36 .02  .12 .2  .02 .55  .14 .88  .4 1  .66 .82  .74 .48  .6 .14  .4 .05  .26 .16
  vary curl: 9 -.05 .04, 10 -.02 .14
  vary start: 0 .14 .06
  vary narrow: 2 .12 0, 3 .14 0, 6 -.12 0, 7 -.16 0

glyph 0 1.5 clockwise
  stroke  .2 .14  .46 0  .68 .18  .76 .52  .62 .88  .34 1  .08 .8  .02 .46  .16 .14  .38 .03
  vary gap or overlap: 9 -.15 .05, 0 -.04 .08
  vary narrow: 2 -.1 0, 3 -.16 0, 6 .1 0, 7 .14 0

glyph 0 .4 slashed
  stroke  .42 .02  .14 .17  .04 .5  .13 .85  .38 1  .64 .84  .74 .5  .64 .14  .4 .02
  stroke  .68 .08  .1 .93
  vary length of the slash: 9 .08 -.1, 10 -.08 .1
  vary slash steeper: 9 -.08 0, 10 .08 0
)";

inline constexpr std::string_view kOnes = R"(
glyph 1 5 plain
  stroke  0 0  0 .5  0 1
  vary bent: 1 .035 0
  vary leaning: 0 .12 0, 2 -.12 0

glyph 1 2.2 flag
  stroke  -.22 .22  0 0!  0 .5  0 1
  vary length of the flag: 0 -.14 .12
  vary flag hangs: 0 .05 .1
  vary bent: 2 .03 0

glyph 1 3 long flag
  stroke  -.28 .4  0 0!  0 .5  0 1
  vary length of the flag: 0 -.1 .14
  vary flag flat: 0 -.08 -.12
  vary flag steep: 0 .12 .06
  vary bent: 2 .03 0

glyph 1 .9 flag and foot
  stroke  -.2 .2  0 0!  0 .5  0 .98
  stroke  -.24 1  .24 .99
  vary length of the flag: 0 -.1 .1
  vary length of the foot: 4 -.08 0, 5 .08 0
  vary foot slopes: 4 0 .04, 5 0 -.04

glyph 1 .3 foot
  stroke  0 0  0 .5  0 .98
  stroke  -.22 1  .22 .99
  vary length of the foot: 3 -.08 0, 4 .08 0

glyph 1 1.2 flag as long as the stem
  stroke  -.48 .44  -.2 .16  0 0!  -.06 .5  -.12 .96
  vary flag flat: 0 -.06 -.2, 1 -.02 -.08
  vary flag short: 0 .16 -.12, 1 .06 -.05
  vary stem leans: 4 -.12 0

glyph 1 .6 hook at the foot
  stroke  -.16 .2  0 0!  0 .5  .01 .9  -.2 .98
  vary hook long: 4 -.1 0
  vary hook rises: 4 0 -.08

glyph 1 .8 hooked flag
  stroke  -.18 .14  -.08 .1  .02 0!  0 .5  -.02 1
  vary hook: 0 -.08 .02
  vary bent: 3 .03 0
)";

inline constexpr std::string_view kTwos = R"(
glyph 2 4 plain
  stroke  .04 .24  .16 .06  .4 0  .65 .12  .65 .36  .38 .68  .02 .98!  .38 .97  .83 .97
  vary start hangs: 0 -.02 .12, 1 -.03 .03
  vary head wide: 3 .08 0, 4 .08 .02
  vary base slopes: 7 0 -.07, 8 0 -.17
  vary base long: 8 .22 0, 7 .1 0
  vary head long: 0 -.1 0, 1 -.08 0
  vary head low: 3 0 .06, 4 0 .1, 5 0 .05
  vary base bends: 7 0 .05

glyph 2 3.5 looped
  stroke  .07 .2  .2 .04  .45 0  .65 .14  .6 .4  .38 .72  .13 .95  0 .92  .04 .78  .27 .78  .52 .93  .87 .94
  vary loop large: 6 0 .04, 7 -.08 0, 8 -.04 -.1, 9 .02 -.1
  vary loop wide: 6 -.08 0, 7 -.14 0, 8 -.12 0
  vary tail rises: 11 .04 -.12, 10 0 -.02
  vary tail long: 11 .16 0, 10 .06 0
  vary start hangs: 0 -.04 .2, 1 -.06 .05
  vary head wide: 3 .08 0, 4 .08 .02
  vary head low: 3 0 .06, 4 0 .08

glyph 2 3 wide loop
  stroke  .11 .14  .31 .01  .56 .02  .67 .2  .56 .48  .34 .8  .11 .97  -.09 .9  -.04 .7  .2 .6  .47 .76  .76 1
  vary loop high: 8 0 -.08, 9 0 -.12, 10 0 -.06
  vary loop narrow: 7 .1 0, 8 .1 0
  vary tail rises: 11 .06 -.14, 10 0 -.02
  vary start hangs: 0 -.06 .22, 1 -.08 .06
  vary head low: 3 0 .06, 4 0 .06

glyph 2 1.6 angular
  stroke  .04 .1  .38 .02  .67 .06  .69 .22  .38 .62  0 .99!  .4 .98  .78 .97
  vary head flat: 1 0 .04, 2 .02 .04
  vary base slopes: 6 0 -.07, 7 0 -.16
  vary base long: 7 .2 0, 6 .09 0

glyph 2 1.5 wavy base
  stroke  .02 .28  .11 .08  .36 0  .6 .14  .58 .4  .34 .72  0 .96!  .22 .86  .49 .95  .67 1  .87 .9
  vary wave: 7 0 -.06, 8 0 .02, 10 .02 -.06
  vary start hangs: 0 0 .12
  vary head wide: 3 .08 0, 4 .08 .02
)";

inline constexpr std::string_view kThrees = R"(
glyph 3 5 round
  stroke  .04 .14  .28 0  .54 .1  .52 .32  .24 .46!  .54 .58  .6 .8  .36 1  0 .9
  vary waist deep: 4 -.12 0
  vary start hangs: 0 -.04 .08
  vary end rises: 8 -.04 -.16
  vary top short: 0 .14 0
  vary end short: 8 .16 .04, 7 .06 0
  vary head small: 1 0 .03, 2 -.06 .05, 3 -.06 0, 4 0 -.05, 5 0 -.05
  vary belly wide: 5 .08 0, 6 .1 0

glyph 3 1.5 looped waist
  stroke  .04 .14  .28 0  .52 .12  .48 .34  .26 .48  .18 .44  .28 .42  .54 .58  .6 .8  .36 1  0 .9
  vary loop large: 4 -.03 .04, 5 -.06 0, 6 -.02 -.04
  vary start hangs: 0 -.04 .08
  vary end rises: 10 -.04 -.1

glyph 3 1 flat top
  stroke  .06 .03  .58 .02!  .26 .4!  .54 .52  .6 .78  .34 1  0 .92
  vary top slopes: 0 0 .06, 1 0 -.02
  vary knee: 2 .08 .06
  vary top short: 0 .16 0
  vary end rises: 6 -.04 -.1

glyph 3 2 smooth waist
  stroke  .06 .1  .3 0  .52 .12  .44 .36  .28 .45  .46 .52  .6 .74  .42 .97  .1 1  -.02 .9
  vary waist deep: 4 -.1 0, 3 -.04 0, 5 -.04 0
  vary end curls: 9 .03 -.1, 8 -.02 0
  vary end open: 9 -.06 .06
  vary top short: 0 .12 0
  vary start hangs: 0 -.06 .1
)";

inline constexpr std::string_view kFours = R"(
glyph 4 5 open
  stroke  .14 .04  .08 .32  .02 .54!  .34 .56  .66 .53
  stroke  .56 0  .54 .5  .5 1
  vary bowl round: 2 .03 -.05, 1 -.04 .05
  vary bowl deep: 2 0 .08, 3 0 .08, 4 0 .08
  vary bar long: 4 .12 0
  vary bar rises: 4 0 -.08, 3 0 -.03, 2 0 .04
  vary stem high: 5 0 -.08
  vary stem low: 5 -.01 .16
  vary bowl low: 1 0 .06, 2 0 .14, 3 0 .14, 4 0 .14
  vary left arm leans: 0 .1 0
  vary left arm high: 0 0 -.1

glyph 4 2.6 short stem
  stroke  .38 0  .22 .32  .04 .66  .2 .74  .46 .64
  stroke  .5 .42  .46 .7  .4 1
  vary corner low: 2 -.02 .06, 3 0 .05
  vary bar long: 4 .12 -.02
  vary narrow: 4 -.08 0, 5 -.1 0, 6 -.1 0, 7 -.08 0
  vary stem short: 7 0 -.1, 6 0 -.04
  vary stem high: 5 .02 -.12
  vary arm upright: 0 -.14 0, 1 -.06 0

glyph 4 2.2 closed
  stroke  .5 0  .26 .32  0 .64!  .34 .65  .74 .63
  stroke  .52 0  .51 .5  .5 1
  vary bar long: 4 .1 0
  vary bar low: 2 0 .08, 3 0 .08, 4 0 .08
  vary stem starts lower: 5 0 .2
  vary stem to the right: 5 .05 0, 6 .05 0, 7 .05 0

glyph 4 1 one stroke
  stroke  .12 0  .06 .26  .06 .48  .3 .52  .54 .36  .6 .06!  .56 .5  .5 1
  vary bowl deep: 2 0 .06, 3 0 .06
  vary stem leans: 7 -.08 0
  vary stem retraces: 5 0 .12
  vary left arm leans: 0 .12 0

glyph 4 .9 one stroke, crossed
  stroke  .44 0  .2 .34  0 .62!  .36 .62  .66 .54  .62 .36  .5 .5  .44 1
  vary turn wide: 4 .08 0, 5 .08 -.05
  vary stem leans: 7 -.08 0, 6 -.04 0

glyph 4 1.1 cup
  stroke  .02 .04  .04 .3  .16 .48  .4 .5  .58 .42
  stroke  .64 0  .62 .5  .58 1
  vary cup deep: 2 0 .06, 3 0 .06, 4 0 .06
  vary stem leans: 7 -.08 0
  vary cup reaches over: 4 .14 -.02
  vary cup low: 1 0 .06, 2 0 .12, 3 0 .12, 4 0 .12
  vary left arm leans: 0 .08 0
)";

inline constexpr std::string_view kFives = R"(
glyph 5 5 two strokes
  stroke  .17 .04  .11 .42!  .38 .38  .61 .56  .55 .86  .25 1  0 .86
  stroke  .17 .03  .45 .03  .74 0
  vary hat slopes: 9 0 -.1, 8 0 -.03
  vary hat off: 7 .08 -.03, 8 .06 -.03, 9 .06 -.03
  vary hat long: 9 .16 0, 8 .08 0
  vary back leans: 0 .08 0, 7 .08 0, 8 .05 0, 9 .05 0
  vary belly small: 1 0 .08, 2 0 .08, 3 -.04 .05
  vary hat short: 9 -.18 0, 8 -.08 0
  vary end rises: 6 0 -.16

glyph 5 3 one stroke
  stroke  .76 0  .49 .04  .19 .05!  .11 .42!  .4 .37  .64 .56  .57 .86  .28 1  0 .86
  vary hat slopes: 0 0 -.08, 1 0 -.03
  vary hat long: 0 .16 0, 1 .08 0
  vary back leans: 0 .08 0, 1 .08 0, 2 .08 0
  vary back short: 3 0 -.08, 4 0 -.06
  vary end rises: 8 0 -.16

glyph 5 .8 closed belly
  stroke  .17 .04  .08 .42!  .36 .36  .62 .56  .56 .86  .28 1  .06 .88  .08 .66
  stroke  .17 .03  .42 .03  .7 0
  vary hat short: 10 -.18 0, 9 -.08 0
  vary hat off: 8 .08 -.03, 9 .06 -.03, 10 .06 -.03
  vary back short: 1 0 -.06, 2 0 -.06
  vary belly open: 7 -.06 .08

glyph 5 2 like an S
  stroke  .72 .02  .42 .04  .21 .12  .17 .32  .38 .44  .57 .6  .51 .86  .23 1  -.02 .88
  vary hat rises: 0 .04 -.06
  vary neck: 2 -.04 0, 3 -.06 0
  vary belly: 5 .08 0, 6 .08 0
  vary end rises: 8 .02 -.16
)";

inline constexpr std::string_view kSixes = R"(
glyph 6 5 plain
  stroke  .48 0  .22 .28  .04 .64  .12 .94  .38 .98  .54 .76  .4 .56  .18 .62  .06 .8
  vary stem leans: 0 .14 0, 1 .05 0
  vary loop small: 6 0 .08, 5 -.05 .04, 7 0 .08
  vary loop wide: 4 .06 0, 5 .1 0, 6 .06 0
  vary loop open: 8 .1 -.02, 7 .04 0
  vary stem bends: 1 -.06 0

glyph 6 2 curled
  stroke  .58 .08  .46 0  .22 .16  .04 .52  .08 .88  .34 1  .56 .82  .46 .56  .22 .56  .08 .76
  vary curl: 0 .06 .08
  vary loop small: 7 0 .08, 6 -.04 .02, 8 0 .08
  vary loop open: 9 .1 -.04

glyph 6 3.5 broad
  stroke  .2 0  .06 .34  .02 .7  .2 .97  .52 .98  .76 .8  .64 .58  .34 .62  .14 .88
  vary stem leans: 0 .16 0, 1 .05 0
  vary stem bends: 1 -.06 0, 2 -.03 0
  vary loop flat: 5 0 .06, 6 0 .1, 7 0 .08
  vary loop narrow: 4 -.08 0, 5 -.16 0, 6 -.1 0
  vary loop open: 8 .1 -.04, 7 .05 0
  vary loop crosses the stem: 8 -.14 .02, 7 -.06 0

glyph 6 3 straight
  stroke  .3 0  .14 .36  .04 .72  .18 .98  .42 .92  .46 .7  .26 .62  .06 .8
  vary stem leans: 0 .16 0, 1 .06 0
  vary loop wide: 3 .03 0, 4 .1 0, 5 .1 0
  vary loop flat: 4 0 .03, 5 .04 .1, 6 .04 .12, 7 0 .05
  vary loop crosses the stem: 7 -.12 .03
  vary loop open: 7 .06 -.08
  vary loop large: 5 0 -.1, 6 0 -.12
)";

inline constexpr std::string_view kSevens = R"(
glyph 7 5 plain
  stroke  0 .06  .32 .05  .62 .03!  .44 .46  .26 1
  vary roof slopes: 0 0 .08, 2 0 -.03
  vary roof sags: 1 0 .05
  vary roof long: 0 -.22 0, 1 -.1 0
  vary leg bends: 3 .08 .02
  vary leg upright: 4 .18 0, 3 .06 0

glyph 7 2 ticked
  stroke  0 .22  .03 .06!  .34 .05  .64 .02!  .44 .46  .28 1
  vary tick long: 0 -.02 .18
  vary roof sags: 2 0 .05
  vary roof long: 0 -.2 0, 1 -.2 0, 2 -.1 0
  vary leg bends: 4 .08 .02
  vary leg upright: 5 .18 0, 4 .06 0

glyph 7 4 crossed
  stroke  0 .07  .32 .05  .64 .02!  .46 .46  .28 1
  stroke  .18 .52  .7 .48
  vary roof slopes: 0 0 .08, 2 0 -.03
  vary roof long: 0 -.18 0, 1 -.08 0
  vary bar high: 5 .03 -.11, 6 .03 -.11
  vary bar slopes: 5 0 .06, 6 0 -.06
  vary bar long: 5 -.18 0, 6 .2 0
  vary leg bends: 3 .06 .02
  vary leg upright: 4 .18 0, 3 .06 0

glyph 7 2 ticked and crossed
  stroke  0 .22  .03 .07!  .34 .06  .66 .02!  .46 .46  .28 1
  stroke  .18 .52  .7 .48
  vary tick long: 0 -.02 .08
  vary bar high: 6 .03 -.11, 7 .03 -.11
  vary bar long: 6 -.18 0, 7 .2 0
  vary bar slopes: 6 0 .06, 7 0 -.06
  vary leg upright: 5 .18 0, 4 .06 0

glyph 7 2 round shoulder
  stroke  0 .1  .22 .04  .5 .02  .62 .12  .5 .44  .3 1
  vary shoulder wide: 3 .06 .04
  vary roof hangs: 0 -.04 .1
  vary leg bends: 4 .06 0
  vary leg upright: 5 .14 0

glyph 7 2 round and crossed
  stroke  0 .14  .08 .04  .34 0  .58 .1  .52 .42  .34 1
  stroke  .14 .52  .72 .49
  vary roof hangs: 0 -.02 .18, 1 -.02 .04
  vary shoulder wide: 3 .06 .04, 4 .04 0
  vary shoulder low: 3 0 .08, 4 0 .04
  vary bar low: 6 0 .1, 7 0 .08
  vary bar high: 6 .03 -.11, 7 .03 -.11
  vary bar slopes: 6 0 .1, 7 0 -.1
  vary bar long: 6 -.18 0, 7 .2 0
  vary leg upright: 5 .16 0, 4 .04 0
)";

inline constexpr std::string_view kEights = R"(
glyph 8 5 from the right
  stroke  .56 .14  .32 0  .08 .14  .2 .38  .46 .58  .56 .82  .3 1  .04 .84  .18 .58  .44 .36  .58 .12
  vary gap: 0 .04 .08, 10 .06 -.08
  vary overlap: 10 -.08 -.08
  vary tails: 0 .08 -.05, 10 .12 -.1
  vary open at the top: 0 -.14 -.06, 10 .1 -.08
  vary belly small: 5 -.13 -.08, 7 .1 -.08, 6 0 -.04
  vary head small: 2 .1 .04, 0 -.08 .04, 10 -.08 .04, 1 0 .02
  vary belly wide: 5 .08 0, 7 -.08 0
  vary waist high: 3 0 -.06, 4 0 -.06, 8 0 -.06, 9 0 -.06

glyph 8 2 from the left
  stroke  .1 .14  .32 0  .54 .14  .42 .38  .16 .58  .04 .82  .3 1  .56 .84  .44 .58  .18 .36  .06 .14
  vary start long: 0 -.16 .05
  vary gap: 0 -.02 .08, 10 -.06 -.08
  vary overlap: 10 .08 -.1
  vary head small: 2 -.06 .03, 0 .05 .03, 10 .05 .03
  vary belly wide: 5 -.08 0, 7 .08 0

glyph 8 1.5 from the waist
  stroke  .32 .46  .1 .26  .16 .04  .4 0  .56 .16  .42 .4  .12 .66  .06 .9  .3 1  .54 .86  .48 .62  .28 .44
  vary gap: 11 .08 .02
  vary belly wide: 7 -.06 0, 9 .08 0, 10 .06 0
  vary head wide: 1 -.06 0, 4 .06 0

glyph 8 1 two circles
  stroke  .3 .44  .08 .28  .12 .06  .34 0  .5 .16  .46 .36  .28 .45
  stroke  .3 .46  .06 .62  .04 .88  .3 1  .56 .86  .52 .6  .28 .46
  vary apart: 0 0 -.03, 6 0 -.03, 7 0 .02, 13 0 .02
  vary head small: 1 .06 .03, 2 .05 .04, 4 -.05 .02, 5 -.05 0
  vary belly wide: 8 -.06 0, 9 -.06 0, 11 .06 0, 12 .06 0
)";

inline constexpr std::string_view kNines = R"(
glyph 9 4 straight
  stroke  .54 .12  .34 0  .08 .12  .06 .36  .28 .44  .5 .28  .56 .1!  .54 .5  .48 1
  vary loop small: 3 .08 -.08, 4 .02 -.1, 2 .08 0
  vary loop wide: 2 -.08 0, 3 -.08 .03
  vary loop low: 3 0 .06, 4 0 .08
  vary loop open: 0 -.14 .06, 1 -.08 .03
  vary stem leans: 8 -.1 0, 7 -.04 0

glyph 9 3 round
  stroke  .54 .16  .34 0  .08 .12  .08 .36  .32 .42  .54 .18  .56 .44  .46 .76  .28 1
  vary loop wide: 2 -.08 0, 3 -.08 .03
  vary loop open: 0 -.06 .06
  vary tail curls: 8 -.1 -.02, 7 .03 .06
  vary stem upright: 8 .14 0, 7 .05 0

glyph 9 4.5 hooked
  stroke  .54 .16  .34 0  .08 .12  .08 .36  .3 .42  .54 .18  .58 .56  .48 .9  .26 1  .02 .88
  vary hook long: 9 -.16 -.14, 8 -.08 0
  vary loop small: 3 .1 -.1, 4 0 -.13, 2 .1 0
  vary stem bulges: 6 .06 0, 7 .05 .02
  vary hook short: 9 .14 .06, 8 .04 0
  vary start curls: 0 -.1 .08
  vary loop wide: 2 -.08 0, 3 -.08 .03
  vary loop open: 0 -.06 .06
  vary loop large: 3 0 .07, 4 0 .08

glyph 9 2.5 flat foot
  stroke  .5 .14  .32 .01  .12 .12  .12 .3  .3 .36  .5 .18  .54 .5  .5 .84  .36 .98  0 .97
  vary foot long: 9 -.2 0, 8 -.04 0
  vary foot rises: 9 0 -.07
  vary loop small: 2 .08 .02, 3 .08 -.06, 4 0 -.1
  vary loop wide: 2 -.08 0, 3 -.08 .03
  vary start curls: 0 -.14 .1

glyph 9 1.8 small loop
  stroke  .46 .1  .3 0  .16 .12  .28 .24  .46 .14  .4 .34  .54 .6  .46 .88  .24 1  -.02 .94
  vary loop smaller: 2 .06 .02, 3 .02 -.06
  vary stem bulges: 6 .08 0, 7 .06 0
  vary stem straight: 5 .06 .02
  vary hook long: 9 -.14 -.06, 8 -.04 0
  vary start curls: 0 -.1 .06

glyph 9 1.5 pointed
  stroke  .54 .08  .3 .02  .04 .34  .2 .46  .46 .26  .56 .02!  .53 .5  .46 1
  vary loop open: 0 -.14 .04, 1 -.06 .02
  vary loop wide: 2 -.1 .02, 3 -.06 .02
  vary loop flat: 2 0 -.06, 3 0 -.1, 4 0 -.04
  vary stem leans: 7 -.12 0, 6 -.05 0

glyph 9 1.5 circle and stem
  stroke  .5 .2  .32 0  .06 .1  .04 .36  .28 .44  .48 .3  .5 .16
  stroke  .54 .04  .53 .5  .5 1
  vary stem apart: 7 .04 0, 8 .04 0, 9 .04 0
  vary stem high: 7 0 -.1
  vary stem leans: 9 -.1 0, 8 -.05 0
  vary circle small: 2 .05 0, 3 .05 -.05, 4 0 -.06
)";

}  // namespace tinycnn
