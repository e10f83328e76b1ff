// SPDX-License-Identifier: MIT
#include "formats/model_json_reader.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "support/text.h"

namespace tinycnn {
namespace {

constexpr std::int64_t kMaxInt = std::numeric_limits<int>::max();
constexpr std::size_t kMaxClasses = 256;

int side_of(double number, std::string_view what) {
  if (!(number >= 0.0 && number <= static_cast<double>(kMaxSide)) || std::floor(number) != number) {
    fail("[importModel] expected ", what, " to be an integer from 0 to ", kMaxSide, ", got ",
         number);
  }
  return static_cast<int>(number);
}

/// Reads a value into the members of a field.
struct FieldReader {
  const JsonValue& json;
  std::string_view what;

  void operator()(Size2d& size) const {
    if (json.kind() == JsonValue::Kind::kNumber) {
      size.height = side_of(json.number(what), what);
      size.width = size.height;
      return;
    }
    const std::vector<double>& sides = json.numbers(what);
    if (sides.size() != 2) {
      fail("[importModel] expected ", what, " to be a number or [height, width], got ",
           sides.size(), " numbers");
    }
    size = {side_of(sides[0], what), side_of(sides[1], what)};
  }
  void operator()(Sides2d& sides) const {
    if (json.kind() == JsonValue::Kind::kNumber) {
      const int side = side_of(json.number(what), what);
      sides = {side, side, side, side};
      return;
    }
    const std::vector<double>& each = json.numbers(what);
    if (each.size() != 4) {
      fail("[importModel] expected ", what, " to be a number or [left, right, top, bottom], got ",
           each.size(), " numbers");
    }
    sides = {side_of(each[0], what), side_of(each[1], what), side_of(each[2], what),
             side_of(each[3], what)};
  }
  void operator()(double& first, double& second) const {
    const std::vector<double>& both = json.numbers(what);
    if (both.size() != 2) {
      fail("[importModel] expected ", what, " to be two numbers, got ", both.size());
    }
    first = both[0];
    second = both[1];
  }
  void operator()(double& number) const { number = json.number(what); }
  void operator()(int& number) const {
    number = static_cast<int>(json.integer(what, -kMaxInt, kMaxInt));
  }
  void operator()(bool& flag) const { flag = json.boolean(what); }
};

std::vector<std::string> texts_of(const JsonValue& json, std::string_view what) {
  std::vector<std::string> texts;
  for (const JsonValue& each : json.elements(what)) {
    texts.push_back(each.text(what));
  }
  return texts;
}

LayerSpec layer_of(const JsonValue& json) {
  constexpr std::string_view kLayer = "a layer";
  LayerSpec layer;
  layer.name = json.member("name", kLayer).text("a layer's name");
  layer.type = layer_type_from_string(json.member("type", kLayer).text("a layer's type"));
  for (const auto& [key, value] : json.members(kLayer)) {
    const std::string what = concat(layer.name, ".", key);
    if (key == "name" || key == "type" || value.is_null()) {
      continue;
    }
    if (key == "from") {
      layer.from = texts_of(value, what);
      continue;
    }
    const auto fields = layer_fields(layer.type);
    const auto field = std::ranges::find(fields, std::string_view(key), &Field<LayerSpec>::name);
    if (field == fields.end()) {
      fail("[importModel] expected only fields of ", to_string(layer.type), ", got ", what);
    }
    field->visit(layer, FieldReader{value, what});
  }
  return layer;
}

}  // namespace

ModelSpec spec_of(const JsonValue& json) {
  constexpr std::string_view kSpec = "the spec";
  ModelSpec spec;
  if (const JsonValue& name = json.member("name", kSpec); !name.is_null()) {
    spec.name = name.text("the spec's name");
  }
  const std::vector<double>& input = json.member("input", kSpec).numbers("the spec's input");
  if (input.size() != 3) {
    fail("[importModel] expected the spec's input to be [channels, height, width], got ",
         input.size(), " numbers");
  }
  const auto at = [&](std::size_t i) {
    if (!(input[i] >= 1.0 && input[i] <= static_cast<double>(kMaxChannels)) ||
        std::floor(input[i]) != input[i]) {
      fail("[importModel] expected the spec's input to have sides from 1 to ", kMaxChannels,
           ", got ", input[i]);
    }
    return static_cast<int>(input[i]);
  };
  spec.input = {at(0), at(1), at(2)};
  for (const JsonValue& layer : json.member("layers", kSpec).elements("the spec's layers")) {
    spec.layers.push_back(layer_of(layer));
  }
  return spec;
}

Normalization normalization_of(const JsonValue& json) {
  constexpr std::string_view kWhat = "normalize";
  const Normalization normalization{.mean = json.member("mean", kWhat).number("normalize.mean"),
                                    .std = json.member("std", kWhat).number("normalize.std")};
  if (!std::isfinite(normalization.mean) || !std::isfinite(normalization.std) ||
      !(normalization.std > 0.0)) {
    fail("[importModel] expected normalize to have a finite mean and an std above 0, got ",
         normalization.mean, " and ", normalization.std);
  }
  return normalization;
}

std::vector<std::string> class_names_of(const JsonValue& json) {
  if (json.is_null()) {
    return {};
  }
  std::vector<std::string> names = texts_of(json, "the class names");
  if (names.size() > kMaxClasses) {
    fail("[importModel] expected at most ", kMaxClasses, " class names, got ", names.size());
  }
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto before = std::span(names).first(i);
    if (names[i].empty() || std::ranges::find(before, names[i]) != before.end()) {
      fail("[importModel] expected class names that differ, got '", names[i], "' for class ", i);
    }
  }
  return names;
}

void read_metadata(FileContents& contents, std::string_view key, std::string_view json) {
  const auto parse = [&] { return JsonValue::parse(json, concat("importModel: ", key)); };
  if (key == "spec") {
    contents.spec = spec_of(parse());
  } else if (key == "class_names") {
    contents.class_names = class_names_of(parse());
  } else if (key == "normalize") {
    contents.normalization = normalization_of(parse());
  }
}

}  // namespace tinycnn
