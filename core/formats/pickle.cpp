// SPDX-License-Identifier: MIT
#include "formats/pickle.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdlib>
#include <map>

#include "support/text.h"

namespace tinycnn::pickle {
namespace {

using Kind = Value::Kind;

/// More than any file of weights has.
constexpr std::size_t kMaxValues = std::size_t{1} << 20;
constexpr int kNewestProtocol = 5;

enum Opcode : std::uint8_t {
  kMark = '(',
  kStop = '.',
  kPop = '0',
  kPopMark = '1',
  kBinFloat = 'G',
  kBinInt = 'J',
  kBinInt1 = 'K',
  kBinInt2 = 'M',
  kNone = 'N',
  kBinPersId = 'Q',
  kReduce = 'R',
  kBinUnicode = 'X',
  kAppend = 'a',
  kBuild = 'b',
  kGlobal = 'c',
  kEmptyDict = '}',
  kAppends = 'e',
  kBinGet = 'h',
  kLongBinGet = 'j',
  kEmptyList = ']',
  kBinPut = 'q',
  kLongBinPut = 'r',
  kSetItem = 's',
  kTuple = 't',
  kEmptyTuple = ')',
  kSetItems = 'u',
  kProto = 0x80,
  kNewObj = 0x81,
  kTuple1 = 0x85,
  kTuple2 = 0x86,
  kTuple3 = 0x87,
  kNewTrue = 0x88,
  kNewFalse = 0x89,
  kLong1 = 0x8A,
  kShortBinUnicode = 0x8C,
  kBinUnicode8 = 0x8D,
  kEmptySet = 0x8F,
  kAddItems = 0x90,
  kStackGlobal = 0x93,
  kMemoize = 0x94,
  kFrame = 0x95
};

[[noreturn]] void refuse(std::string_view what) {
  fail("[importModel] expected a pickle of PyTorch's weights: ", what);
}

class Machine {
 public:
  explicit Machine(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

  Values run() {
    while (true) {
      const auto opcode = static_cast<Opcode>(take(1)[0]);
      if (opcode == kStop) {
        values_.root = pop();
        return std::move(values_);
      }
      step(opcode);
    }
  }

 private:
  // Reading.
  std::span<const std::uint8_t> take(std::size_t size) {
    if (size > bytes_.size() - at_) {
      refuse("it is cut short");
    }
    at_ += size;
    return bytes_.subspan(at_ - size, size);
  }
  std::uint64_t number(std::size_t size) {
    std::uint64_t value = 0;
    std::size_t shift = 0;
    for (const std::uint8_t byte : take(size)) {
      value |= std::uint64_t{byte} << shift;
      shift += 8;
    }
    return value;
  }
  std::string text(std::uint64_t size) {
    if (size > bytes_.size()) {
      refuse("it is cut short");
    }
    const auto taken = take(static_cast<std::size_t>(size));
    return {taken.begin(), taken.end()};
  }
  std::string line() {
    std::string result;
    for (auto byte = take(1)[0]; byte != '\n'; byte = take(1)[0]) {
      result += static_cast<char>(byte);
    }
    return result;
  }

  // The stack.
  Id add(Value value) {
    if (values_.all.size() >= kMaxValues) {
      refuse(concat("at most ", kMaxValues, " values"));
    }
    values_.all.push_back(std::move(value));
    return static_cast<Id>(values_.all.size() - 1);
  }
  void push(Value value) { stack_.push_back(add(std::move(value))); }
  void push(Kind kind, std::int64_t integer) { push({.kind = kind, .integer = integer}); }
  Id pop() {
    const std::size_t floor = marks_.empty() ? 0 : marks_.back();
    if (stack_.size() <= floor) {
      refuse("its stack ran empty");
    }
    const Id id = stack_.back();
    stack_.pop_back();
    return id;
  }
  /// Everything above the last mark.
  std::vector<Id> pop_marked() {
    if (marks_.empty()) {
      refuse("a mark is missing");
    }
    const auto first = stack_.begin() + static_cast<std::ptrdiff_t>(marks_.back());
    std::vector<Id> items(first, stack_.end());
    stack_.erase(first, stack_.end());
    marks_.pop_back();
    return items;
  }
  Value& at(Id id) { return values_.all[id]; }
  Value& top(Kind kind) {
    const std::size_t floor = marks_.empty() ? 0 : marks_.back();
    if (stack_.size() <= floor || at(stack_.back()).kind != kind) {
      refuse(kind == Kind::kMapping ? "entries are added to what is no dict"
                                    : "items are added to what is no list");
    }
    return at(stack_.back());
  }
  void push_sequence(std::vector<Id> items) {
    push({.kind = Kind::kSequence, .items = std::move(items)});
  }
  void push_tuple(std::size_t count) {
    std::vector<Id> items(count);
    for (std::size_t i = count; i-- > 0;) {
      items[i] = pop();
    }
    push_sequence(std::move(items));
  }
  void append(std::span<const Id> items) {
    Value& list = top(Kind::kSequence);
    list.items.insert(list.items.end(), items.begin(), items.end());
  }
  void set_items(std::span<const Id> items) {
    if (items.size() % 2 != 0) {
      refuse("a key has no value");
    }
    Value& mapping = top(Kind::kMapping);
    for (std::size_t i = 0; i < items.size(); i += 2) {
      mapping.entries.emplace_back(items[i], items[i + 1]);
    }
  }
  void remember(std::uint64_t key) {
    if (stack_.empty()) {
      refuse("its stack ran empty");
    }
    memo_[key] = stack_.back();
  }
  void recall(std::uint64_t key) {
    const auto found = memo_.find(key);
    if (found == memo_.end()) {
      refuse("it refers to what it has not stored");
    }
    stack_.push_back(found->second);
    if (stack_.size() > kMaxValues) {
      refuse(concat("at most ", kMaxValues, " values"));
    }
  }

  void step(Opcode opcode) {
    switch (opcode) {
      case kProto:
        if (number(1) > kNewestProtocol) {
          refuse("its protocol is newer than 5");
        }
        return;
      case kFrame:
        static_cast<void>(number(8));
        return;
      case kMark:
        return marks_.push_back(stack_.size());
      case kPop:
        static_cast<void>(pop());
        return;
      case kPopMark:
        static_cast<void>(pop_marked());
        return;
      case kBinPut:
        return remember(number(1));
      case kLongBinPut:
        return remember(number(4));
      case kMemoize:
        return remember(memo_.size());
      case kBinGet:
        return recall(number(1));
      case kLongBinGet:
        return recall(number(4));
      default:
        return step_value(opcode);
    }
  }

  void step_value(Opcode opcode) {
    switch (opcode) {
      case kNone:
        return push(Kind::kNone, 0);
      case kNewTrue:
      case kNewFalse:
        return push(Kind::kBoolean, opcode == kNewTrue ? 1 : 0);
      case kBinInt:
        return push(Kind::kInteger, static_cast<std::int32_t>(number(4)));
      case kBinInt1:
        return push(Kind::kInteger, static_cast<std::int64_t>(number(1)));
      case kBinInt2:
        return push(Kind::kInteger, static_cast<std::int64_t>(number(2)));
      case kLong1:
        return push_long(number(1));
      case kBinFloat:
        static_cast<void>(number(8));
        return push(Kind::kReal, 0);  // no number but an integer is asked for
      case kBinUnicode:
        return push({.kind = Kind::kText, .text = text(number(4))});
      case kShortBinUnicode:
        return push({.kind = Kind::kText, .text = text(number(1))});
      case kBinUnicode8:
        return push({.kind = Kind::kText, .text = text(number(8))});
      default:
        return step_container(opcode);
    }
  }

  /// Two's complement of `size` bytes.
  void push_long(std::uint64_t size) {
    constexpr std::uint64_t kMaxSize = 8;
    if (size > kMaxSize) {
      refuse("an integer has more than 64 bits");
    }
    std::uint64_t bits = number(static_cast<std::size_t>(size));
    if (size > 0 && size < kMaxSize && (bits >> (8 * size - 1) & 1) != 0) {
      bits |= ~std::uint64_t{0} << (8 * size);
    }
    push(Kind::kInteger, static_cast<std::int64_t>(bits));
  }

  void step_container(Opcode opcode) {
    switch (opcode) {
      case kEmptyDict:
        return push({.kind = Kind::kMapping});
      case kEmptyList:
      case kEmptyTuple:
      case kEmptySet:
        return push({.kind = Kind::kSequence});
      case kTuple:
        return push_sequence(pop_marked());
      case kTuple1:
      case kTuple2:
      case kTuple3:
        return push_tuple(static_cast<std::size_t>(opcode - kTuple1) + 1);
      case kAppend:
        return append(std::array{pop()});
      case kAppends:
      case kAddItems:
        return append(pop_marked());
      case kSetItem: {
        const Id value = pop();
        return set_items(std::array{pop(), value});
      }
      case kSetItems:
        return set_items(pop_marked());
      default:
        return step_object(opcode);
    }
  }

  void step_object(Opcode opcode) {
    switch (opcode) {
      case kGlobal: {
        std::string module = line();
        return push({.kind = Kind::kName, .text = module + " " + line()});
      }
      case kStackGlobal: {
        const Id name = pop();
        const Id module = pop();
        return push({.kind = Kind::kName, .text = at(module).text + " " + at(name).text});
      }
      case kBinPersId:
        return push_storage(pop());
      case kReduce:
      case kNewObj: {
        const Id arguments = pop();
        return call(pop(), arguments);
      }
      case kBuild:  // the attributes of an object: a state_dict's versions
        static_cast<void>(pop());
        static_cast<void>(top(Kind::kMapping));
        return;
      default:
        refuse(concat("it has an instruction (", int{opcode}, ") that weights do not need"));
    }
  }

  /// ('storage', its type, key, device, count)
  void push_storage(Id id) {
    const std::vector<Id>& items = at(id).items;
    if (items.size() < 3 || at(items[0]).text != "storage" || at(items[1]).kind != Kind::kName ||
        at(items[2]).kind != Kind::kText) {
      refuse("it refers to something other than a tensor's storage");
    }
    const std::string& type = at(items[1]).text;
    Value storage{.kind = Kind::kStorage, .text = at(items[2]).text};
    storage.name = type.substr(type.rfind(' ') + 1);
    push(std::move(storage));
  }

  /// The functions that weights need; none of another name is called.
  void call(Id function, Id arguments) {
    const std::string name = at(function).text;
    const std::vector<Id> given = at(arguments).items;
    if (at(function).kind != Kind::kName || at(arguments).kind != Kind::kSequence) {
      refuse("it calls what is no function");
    }
    if (name == "collections OrderedDict" && given.empty()) {
      return push({.kind = Kind::kMapping});
    }
    if (name == "torch._utils _rebuild_parameter" && !given.empty() &&
        at(given[0]).kind == Kind::kTensor) {
      return stack_.push_back(given[0]);
    }
    if (name == "torch Size" && given.size() == 1 && at(given[0]).kind == Kind::kSequence) {
      return stack_.push_back(given[0]);
    }
    if (name == "torch._utils _rebuild_tensor_v2" && given.size() >= 4 &&
        at(given[0]).kind == Kind::kStorage && at(given[1]).kind == Kind::kInteger) {
      Value tensor{.kind = Kind::kTensor};
      tensor.storage = given[0];
      tensor.offset = at(given[1]).integer;
      tensor.shape = integers_of(given[2]);
      tensor.strides = integers_of(given[3]);
      return push(std::move(tensor));
    }
    std::string shown = name.substr(0, 80);
    std::ranges::replace(shown, ' ', '.');
    fail("[importModel] expected only tensors and plain containers in a PyTorch file, got ", shown,
         ", which would be executed: save the weights with torch.save(network.state_dict(), …)");
  }

  std::vector<std::int64_t> integers_of(Id id) {
    std::vector<std::int64_t> integers;
    for (const Id item : at(id).items) {
      if (at(item).kind != Kind::kInteger) {
        refuse("a tensor's shape has something other than integers");
      }
      integers.push_back(at(item).integer);
    }
    return integers;
  }

  std::span<const std::uint8_t> bytes_;
  std::size_t at_ = 0;
  Values values_;
  std::vector<Id> stack_;
  std::vector<std::size_t> marks_;  // the size of the stack at each
  std::map<std::uint64_t, Id> memo_;
};

}  // namespace

Values read(std::span<const std::uint8_t> bytes) { return Machine(bytes).run(); }

}  // namespace tinycnn::pickle
