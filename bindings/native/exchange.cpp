// SPDX-License-Identifier: MIT
// tinycnn export and import: networks as files for and of other programs.
#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <span>
#include <utility>

#include "commands.h"
#include "errors.h"
#include "files.h"
#include "networks.h"
#include "tinycnn/model_export.h"

namespace tinycnn::command {
namespace {

using Ending = std::pair<std::string_view, std::string_view>;
constexpr std::array<Ending, 6> kEndings{{{".onnx", "onnx"},
                                          {".tflite", "tflite"},
                                          {".h", "c"},
                                          {".safetensors", "safetensors"},
                                          {".py", "pytorch"},
                                          {".json", "json"}}};

/// From --format, or the ending of --out. Throws UsageError where neither says it.
ExportFormat format_of(const Arguments& given, const std::string& out) {
  if (const auto format = given.text("format")) {
    return export_format_from_string(*format);
  }
  std::string ending = std::filesystem::path(out).extension().string();
  std::ranges::transform(ending, ending.begin(), [](char c) {
    return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  });
  std::vector<std::string> expected;
  for (const auto& [known, format] : kEndings) {
    if (ending == known) {
      return export_format_from_string(format);
    }
    expected.push_back(std::string(known) + " (" + std::string(format) + ")");
  }
  throw UsageError("--out: expected a name that ends in one of " + joined(expected, ", ") +
                   ", got '" + out + "'");
}

ExportInput input_of(const Arguments& given) {
  const std::string choice = given.text("input").value_or("bytes");
  if (choice == "bytes") {
    return ExportInput::kBytes;
  }
  return choice == "unit" ? ExportInput::kUnit : ExportInput::kNormalized;
}

}  // namespace

int export_network(const Arguments& given, Output& output) {
  const auto out = given.text("out");
  if (!out) {
    throw UsageError("--out is missing: which file should be written?",
                     {"Such as --out digits.onnx."});
  }
  const ExportFormat format = format_of(given, *out);
  require_writable(*out, given.has("force"));
  const std::string& path = given.positionals.front();
  SerialExecutor executor;
  const OpenedNetwork opened = open_network(path, executor);
  const Bytes bytes = export_model(
      trained_model(*opened.trainer),
      {.format = format, .name = given.text("name").value_or(""), .input = input_of(given)});
  write_whole(*out, bytes);
  const std::string name(to_string(format));
  output.tell(*out + ": " + name + ", " + bytes_text(bytes.size()),
              Json::object()
                  .add("model", path)
                  .add("file", *out)
                  .add("format", name)
                  .add("precision", "float32")
                  .add("bytes", static_cast<std::int64_t>(bytes.size())));
  return kDone;
}

int import_network(const Arguments& given, Output& output) {
  const std::string& path = given.positionals.front();
  const std::string usual = std::filesystem::path(path).stem().string() + ".tinycnn";
  const std::string out = given.text("out").value_or(usual);
  require_writable(out, given.has("force"));
  ImportOptions options{.input = input_of(given)};
  if (const auto spec = given.text("spec")) {
    options.spec = read_spec(*spec);
  }
  SerialExecutor executor;
  const OpenedNetwork opened = open_network(path, executor, options);
  Trainer& trainer = *opened.trainer;
  write_whole(out, trainer.save());
  const std::string format(opened.imported ? to_string(opened.imported->format) : "checkpoint");
  const std::vector<std::string> notes =
      opened.imported ? opened.imported->notes : std::vector<std::string>{};
  for (const std::string& note : notes) {
    output.say("  " + note);
  }
  const std::int64_t parameters = trainer.model().summary().parameter_count;
  const std::vector<std::string> names = class_names(trainer);
  output.tell(out + ": " + trainer.model().spec().name + ", " +
                  grouped(static_cast<double>(parameters)) + " parameters, " +
                  std::to_string(names.size()) + " classes, from " + format,
              Json::object()
                  .add("file", out)
                  .add("format", format)
                  .add("parameters", parameters)
                  .add("classNames", json_array(names))
                  .add("notes", json_array(notes))
                  .add("weights", weights_of(trainer)));
  return kDone;
}

}  // namespace tinycnn::command
