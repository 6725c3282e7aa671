#include "runner/targets/nearest_names.h"

#include <algorithm>
#include <cctype>
#include <string_view>

namespace sutap::targets {
namespace {

// Longer names are no names of the kernel, and the distance takes the product of the lengths.
constexpr std::size_t longest_name = 128;

char fold(char letter) {
    return static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
}

std::vector<std::string_view> parts(std::string_view name) {
    std::vector<std::string_view> all;
    std::size_t begin = name.find_first_not_of('_');
    while (begin != std::string_view::npos) {
        const std::size_t end = name.find('_', begin);
        all.push_back(name.substr(begin, end - begin));
        begin = name.find_first_not_of('_', end);
    }
    return all;
}

std::size_t length_without_underscores(std::string_view name) {
    return name.size() - static_cast<std::size_t>(std::count(name.begin(), name.end(), '_'));
}

// Insertions, deletions, changes and exchanges of neighbours (optimal string alignment), upper and
// lower case being equal.
class EditDistance {
  public:
    std::size_t operator()(std::string_view a, std::string_view b) {
        before_.assign(b.size() + 1, 0);
        last_.resize(b.size() + 1);
        this_.resize(b.size() + 1);
        for (std::size_t j = 0; j <= b.size(); ++j) {
            last_[j] = j;
        }
        for (std::size_t i = 1; i <= a.size(); ++i) {
            this_[0] = i;
            for (std::size_t j = 1; j <= b.size(); ++j) {
                const char x = fold(a[i - 1]);
                const char y = fold(b[j - 1]);
                this_[j] = std::min({last_[j] + 1, this_[j - 1] + 1,
                                     last_[j - 1] + (x == y ? std::size_t{0} : std::size_t{1})});
                if (i > 1 && j > 1 && x == fold(b[j - 2]) && fold(a[i - 2]) == y) {
                    this_[j] = std::min(this_[j], before_[j - 2] + 1);
                }
            }
            before_.swap(last_);
            last_.swap(this_);
        }
        return last_[b.size()];
    }

  private:
    std::vector<std::size_t> before_, last_, this_;  // rows i - 2, i - 1 and i
};

// How alike two names are, 0 to 1000; 0 if they aren't near at all.
class Likeness {
  public:
    explicit Likeness(std::string_view name)
        : name_(name), parts_(parts(name)), letters_(length_without_underscores(name)) {}

    int operator()(std::string_view other) {
        const int common = common_parts(other);
        const std::size_t longer = std::max(name_.size(), other.size());
        const std::size_t difference = longer - std::min(name_.size(), other.size());
        // The distance is at least the difference in length: most candidates end here.
        if (common < 500 && difference * 5 > longer * 2) {
            return 0;
        }
        const std::size_t distance = distance_(name_, other);
        const int spelling = static_cast<int>(1000 * (longer - distance) / longer);
        if (common < 500 && spelling < 600) {
            return 0;
        }
        return (spelling + common) / 2 + 1;
    }

  private:
    // Letters in parts that both have, of the letters of both, in thousandths. Single letters and
    // pairs ("do", "x64") say little.
    int common_parts(std::string_view other) const {
        std::size_t shared = 0;
        std::vector<std::string_view> others = parts(other);
        for (const std::string_view part : parts_) {
            const auto found = std::find(others.begin(), others.end(), part);
            if (part.size() > 2 && found != others.end()) {
                shared += 2 * part.size();
                others.erase(found);
            }
        }
        const std::size_t all = letters_ + length_without_underscores(other);
        return all == 0 ? 0 : static_cast<int>(1000 * shared / all);
    }

    std::string_view name_;
    std::vector<std::string_view> parts_;
    std::size_t letters_;
    EditDistance distance_;
};

}  // namespace

std::vector<std::string> nearest_names(const std::string& name,
                                       const std::vector<std::string>& candidates,
                                       std::size_t most) {
    if (name.empty() || name.size() > longest_name) {
        return {};
    }
    struct Scored {
        int score;
        std::string_view candidate;
    };
    std::vector<Scored> near;
    Likeness likeness(name);
    for (const std::string& candidate : candidates) {
        if (candidate.empty() || candidate.size() > longest_name) {
            continue;
        }
        if (const int score = likeness(candidate); score > 0) {
            near.push_back({score, candidate});
        }
    }
    std::sort(near.begin(), near.end(), [](const Scored& a, const Scored& b) {
        return a.score != b.score ? a.score > b.score : a.candidate < b.candidate;
    });
    std::vector<std::string> best;
    for (const Scored& scored : near) {
        if (best.size() == most) {
            break;
        }
        if (best.empty() || best.back() != scored.candidate) {
            best.emplace_back(scored.candidate);
        }
    }
    return best;
}

}  // namespace sutap::targets
