// SPDX-License-Identifier: MIT
// The verbs. Each returns an exit code, and throws Failure or UsageError where it cannot be done.
#pragma once

#include "arguments.h"
#include "output.h"

namespace tinycnn::command {

int train(const Arguments& given, Output& output);
int evaluate(const Arguments& given, Output& output);
int predict(const Arguments& given, Output& output);
int export_network(const Arguments& given, Output& output);
int import_network(const Arguments& given, Output& output);
int list_zoo(const Arguments& given, Output& output);
int verify(const Arguments& given, Output& output);
int bench(const Arguments& given, Output& output);

}  // namespace tinycnn::command
