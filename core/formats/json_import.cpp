// SPDX-License-Identifier: MIT
// Reads what the library writes itself: JSON and checkpoints.
#include <cmath>
#include <limits>

#include "formats/model_json_reader.h"
#include "support/text.h"
#include "tinycnn/checkpoint.h"

namespace tinycnn {
namespace {

NamedTensor tensor_of(const JsonValue& json) {
  NamedTensor tensor;
  tensor.name = json.member("name", "a tensor").text("a tensor's name");
  const std::string what = concat("the shape of ", tensor.name);
  std::size_t size = 1;
  for (const double side : json.member("shape", "a tensor").numbers(what)) {
    if (!(side >= 0.0 && side <= static_cast<double>(kMaxParameters)) || std::floor(side) != side) {
      fail("[importModel] expected ", what, " to have sides from 0 to ", kMaxParameters, ", got ",
           side);
    }
    tensor.shape.push_back(static_cast<int>(side));
    size = saturating_product({size, static_cast<std::uint64_t>(side)});
  }
  const std::vector<double>& data =
      json.member("data", "a tensor").numbers(concat("the data of ", tensor.name));
  if (data.size() != size) {
    fail("[importModel] expected ", size, " values for ", what, ", got ", data.size());
  }
  for (const double value : data) {
    if (std::abs(value) > double{std::numeric_limits<float>::max()}) {
      fail("[importModel] expected values of float32 in ", tensor.name, ", got ", value);
    }
    tensor.data.push_back(static_cast<float>(value));
  }
  return tensor;
}

}  // namespace

FileContents read_json(Bytes bytes) {
  constexpr std::string_view kFile = "the file";
  constexpr std::int64_t kVersion = 1;
  const JsonValue json =
      JsonValue::parse({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, "importModel");
  const JsonValue& format = json.member("format", kFile);
  if (format.is_null() || format.text("format") != "tinycnn") {
    fail("[importModel] expected JSON of TinyCNN, with \"format\": \"tinycnn\", got other JSON");
  }
  const std::int64_t version =
      json.member("version", kFile).integer("version", 0, std::numeric_limits<int>::max());
  if (version != kVersion) {
    fail("[importModel] expected JSON of version ", kVersion, ", got version ", version);
  }
  FileContents contents;
  contents.spec = spec_of(json.member("spec", kFile));
  contents.class_names = class_names_of(json.member("classNames", kFile));
  contents.normalization = normalization_of(json.member("normalize", kFile));
  for (const JsonValue& tensor : json.member("parameters", kFile).elements("parameters")) {
    contents.tensors.push_back(tensor_of(tensor));
  }
  return contents;
}

FileContents read_checkpoint(Bytes bytes) {
  TrainedModel model = trained_model(decode_checkpoint(bytes));
  FileContents contents;
  contents.spec = std::move(model.spec);
  contents.tensors = std::move(model.parameters);
  contents.class_names = model.options.class_names;
  contents.normalization = model.options.normalization;
  contents.options = std::move(model.options);
  contents.step = model.step;
  return contents;
}

}  // namespace tinycnn
