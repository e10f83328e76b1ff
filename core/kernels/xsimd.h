// SPDX-License-Identifier: MIT
// xsimd, also for processors of whose vectors it knows none: there the build asks for emulated ones
// (XSIMD_WITH_EMULATED), with which xsimd alone would still say that there is nothing to do.
#pragma once

#include <xsimd/config/xsimd_config.hpp>

#ifdef XSIMD_WITH_EMULATED
#undef XSIMD_NO_SUPPORTED_ARCHITECTURE
#endif

#include <xsimd/xsimd.hpp>
