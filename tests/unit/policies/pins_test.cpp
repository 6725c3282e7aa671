#include "policies/pins.h"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

using namespace sutap::policy;

namespace {

const std::string old_sum(64, 'a');
const std::string new_sum(64, 'b');

const std::string text =
    "schema = 1  # first\n\n[[script]]\nname = \"one\"\npath = \"/srv/one\"\n# sha256 = \"no\"\n"
    "  sha256=\"" +
    old_sum + "\"   # the pin\n[[script]]\nname = 'two'\npath = \"/srv/two\"\nsha256 = '" +
    old_sum + "'\n[[script]]\nname = \"three\"\npath = \"/srv/three\"\n";

std::string changed(const std::vector<Pin>& pins) {
    std::string problem;
    const auto result = with_pins(text, pins, problem);
    return result ? *result : "problem: " + problem;
}

}  // namespace

TEST_CASE("A pin is written anew, and nothing else") {
    std::string wanted = text;
    wanted.replace(wanted.find(old_sum), 64, new_sum);
    CHECK(changed({{"one", new_sum}}) == wanted);
    wanted.replace(wanted.find(old_sum), 64, new_sum);
    CHECK(changed({{"two", new_sum}, {"one", new_sum}}) == wanted);
    CHECK(changed({}) == text);
    CHECK(changed({{"three", new_sum}}) == "problem: script three has no sha256");
    CHECK(changed({{"four", new_sum}}) == "problem: script four is not of this file");
}

TEST_CASE("A pin that is written in an unusual way is left alone") {
    for (const std::string& line :
         {"\"sha256\" = \"" + old_sum + "\"", "sha256 = \"\"\"" + old_sum + "\"\"\""}) {
        const std::string unusual =
            "schema = 1\n[[script]]\nname = \"one\"\npath = \"/srv/one\"\n" + line + "\n";
        std::string problem;
        CHECK_FALSE(with_pins(unusual, {{"one", new_sum}}, problem));
        CHECK(problem != "");
    }
}

TEST_CASE("A file is replaced with its mode, and left as it was if that fails") {
    namespace files = std::filesystem;
    const files::path folder = files::temp_directory_path() / "sutap-pins-test";
    files::remove_all(folder);
    files::create_directory(folder);
    const std::string path = folder / "x.toml";
    std::ofstream(path) << "before";
    chmod(path.c_str(), 0640);
    CHECK(replace_file(path, "after").empty());
    std::stringstream found;
    found << std::ifstream(path).rdbuf();
    CHECK(found.str() == "after");
    CHECK((files::status(path).permissions() & files::perms::all) == files::perms{0640});
    CHECK(std::distance(files::directory_iterator(folder), {}) == 1);
    files::create_symlink(path, folder / "link.toml");
    CHECK(replace_file(folder / "link.toml", "x") == "no regular file");
    CHECK_FALSE(replace_file(folder / "none.toml", "x").empty());
    CHECK(std::distance(files::directory_iterator(folder), {}) == 2);
    files::remove_all(folder);
}
