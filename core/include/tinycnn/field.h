// SPDX-License-Identifier: MIT
// The fields of an options struct, by name: one table per struct says which there are, and parsers,
// printers, checkpoints and checks for unknown keys all read that table.
#pragma once

#include <string_view>
#include <utility>
#include <variant>

#include "tinycnn/shape.h"

namespace tinycnn {

/// One key and the member (or the two members) of `Options` that hold its value.
template <class Options>
class Field {
 public:
  /// A number or a flag under its key.
  constexpr Field(std::string_view name, int Options::* member) : name_(name), member_(member) {}
  constexpr Field(std::string_view name, double Options::* member) : name_(name), member_(member) {}
  constexpr Field(std::string_view name, bool Options::* member) : name_(name), member_(member) {}
  /// min_side: the smallest height and width that may be written; 0, the default of the struct, may
  /// mean something else there.
  constexpr Field(std::string_view name, Size2d Options::* member, int min_side)
      : name_(name), member_(member), min_side_(min_side) {}
  /// A number for all sides, or [left, right, top, bottom].
  constexpr Field(std::string_view name, Sides2d Options::* member)
      : name_(name), member_(member) {}
  /// An array of two numbers.
  constexpr Field(std::string_view name, double Options::* first, double Options::* second)
      : name_(name), member_(Pair(first, second)) {}

  /// The key, as in JavaScript ("outChannels", "betas"), and the smallest side of a Size2d.
  [[nodiscard]] constexpr std::string_view name() const { return name_; }
  [[nodiscard]] constexpr int min_side() const { return min_side_; }

  /// Calls visit(member), or visit(first, second) for a pair, with the members of `options`.
  template <class OptionsLike, class Visit>
  void visit(OptionsLike& options, const Visit& visit) const {
    if (const auto* integer = std::get_if<int Options::*>(&member_)) {
      visit(options.**integer);
    } else if (const auto* real = std::get_if<double Options::*>(&member_)) {
      visit(options.**real);
    } else if (const auto* flag = std::get_if<bool Options::*>(&member_)) {
      visit(options.**flag);
    } else if (const auto* size = std::get_if<Size2d Options::*>(&member_)) {
      visit(options.**size);
    } else if (const auto* sides = std::get_if<Sides2d Options::*>(&member_)) {
      visit(options.**sides);
    } else if (const auto* pair = std::get_if<Pair>(&member_)) {
      visit(options.*pair->first, options.*pair->second);
    }
  }

 private:
  using Pair = std::pair<double Options::*, double Options::*>;

  std::string_view name_;
  std::variant<int Options::*, double Options::*, bool Options::*, Size2d Options::*,
               Sides2d Options::*, Pair>
      member_;
  int min_side_ = 0;
};

}  // namespace tinycnn
