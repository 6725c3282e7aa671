// $variables and the walk through C types, on this machine's BTF.
#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/unit/elaborate/elaborating.h"

using sutap::elaborate::ElaborateOptions;
using sutap::elaborate::test::elaborate_text;
using sutap::elaborate::test::this_kernel;

namespace {

// Byte offset of a member of a struct.
std::uint32_t offset(const std::string& type, const std::string& member) {
    const auto& types = this_kernel().types();
    const auto found = types.find_member(*types.find_type("struct " + type), member);
    REQUIRE(found);
    return found->bit_offset / 8;
}

std::string at_read(const std::string& body) {
    const auto outcome = elaborate_text("probe kernel.function(\"vfs_read\") { " + body + " }");
    INFO(outcome.messages);
    REQUIRE_FALSE(outcome.elaborated.failed());
    return outcome.text;
}

std::string message_at_read(const std::string& body) {
    return elaborate_text("probe kernel.function(\"vfs_read\") { " + body + " }").messages;
}

}  // namespace

TEST_CASE("Parameters have the size and sign of their types") {
    CHECK(at_read("println($count, $file)").find("$argument2:u64, $argument0:u64") !=
          std::string::npos);
}

TEST_CASE("Members of embedded structures fold into one offset") {
    const auto dentry = std::to_string(offset("file", "f_path") + offset("path", "dentry"));
    const auto parent = std::to_string(offset("dentry", "d_parent"));
    CHECK(at_read("println($file->f_path->dentry->d_parent)")
              .find("kernel_u64(kernel_u64($argument0:u64 + " + dentry + ") + " + parent + ")") !=
          std::string::npos);
}

TEST_CASE("Arrays give their address, elements are read") {
    const auto comm = std::to_string(offset("task_struct", "comm"));
    const auto text = at_read(
        "t = task_current(); println(@cast(t, \"task_struct\")->comm, "
        "@cast(t, \"struct task_struct *\")->comm[2], &@cast(t, \"task_struct\")->pid)");
    CHECK(text.find("(t) + (" + comm + ")") != std::string::npos);
    CHECK(text.find("8(t + " + std::to_string(offset("task_struct", "comm") + 2) + ")") !=
          std::string::npos);
    CHECK(text.find("(t) + (" + std::to_string(offset("task_struct", "pid")) + ")") !=
          std::string::npos);
}

TEST_CASE("An index may be any expression") {
    CHECK(at_read("i = 3; println($buf[i])").find("($argument1:u64) + ((i) * (1))") !=
          std::string::npos);
}

TEST_CASE("Bit fields are read as a unit that holds them") {
    const auto& types = this_kernel().types();
    const auto found = types.find_member(*types.find_type("struct task_struct"), "in_execve");
    REQUIRE(found);
    REQUIRE(found->bit_size == 1);
    const auto text = at_read("println(@cast(task_current(), \"task_struct\")->in_execve)");
    CHECK(text.find("kernel_u8(task_current() + " + std::to_string(found->bit_offset / 8) +
                    ", bits " + std::to_string(found->bit_offset % 8) + "+1)") !=
          std::string::npos);
}

TEST_CASE("Casts to numbers keep the low bytes") {
    CHECK(at_read("println(@cast($count, \"int\"))").find("(($argument2:u64) << (32)) >> (32)") !=
          std::string::npos);
    CHECK(at_read("println(@cast($count, \"unsigned char\"))")
              .find("(($argument2:u64) << (56)) >>> (56)") != std::string::npos);
}

TEST_CASE("Wrong variables are errors at their place") {
    CHECK(message_at_read("println($fd)") ==
          "semantic error: unable to find local 'fd' in vfs_read (alternatives: $file, $buf, "
          "$count, $pos): identifier '$fd' at <input>:1:45\n");
    CHECK(message_at_read("println($return)").find("unable to find local 'return'") !=
          std::string::npos);
    CHECK(message_at_read("println($file->f_pat)")
              .find("unable to find member 'f_pat' for struct "
                    "file (alternatives: f_path") != std::string::npos);
    CHECK(
        message_at_read("println($count->x)").find("invalid access '->x' vs 'long unsigned int'") !=
        std::string::npos);
    CHECK(message_at_read("println($file->f_path)").find("is being accessed instead of a member") !=
          std::string::npos);
    CHECK(message_at_read("println($file->private_data->x)").find("vs 'void*'") !=
          std::string::npos);
    CHECK(message_at_read("println(@cast(1, \"struct no_such\")->x)")
              .find("type definition 'struct no_such' not found") != std::string::npos);
    CHECK(message_at_read("println(&$count)").find("cannot take the address of a value") !=
          std::string::npos);
    CHECK(message_at_read("println(&$file->f_path$)").find("a text has no address") !=
          std::string::npos);
    CHECK(message_at_read("println($$parms->x)").find("is a string: it has no members") !=
          std::string::npos);
    CHECK(message_at_read("println(@entry($count))") ==
          "semantic error: @entry is only valid in .return probes: operator '@entry' at "
          "<input>:1:45\n");
    CHECK(elaborate_text("probe begin { println($fd) }").messages ==
          "semantic error: unresolved target-symbol expression: identifier '$fd' at "
          "<input>:1:23\n");
}

TEST_CASE("Writes need -g, and are not there yet") {
    const std::string script = "probe kernel.function(\"vfs_read\") { $count = 3 }";
    CHECK(elaborate_text(script).messages ==
          "semantic error: write to target variable not permitted; need stap -g: identifier "
          "'$count' at <input>:1:37\n");
    ElaborateOptions guru;
    guru.guru = true;
    CHECK(elaborate_text(script, guru).messages.find("not available in this version") !=
          std::string::npos);
}

TEST_CASE("@defined guards what is not there") {
    CHECK(at_read("println(@defined($nope), @defined($count), @defined($file->nope), "
                  "@defined(@cast(0, \"task_struct\")->pid))")
              .find("printf(\"%d%d%d%d\\n\", 0, 1, 0, 1)") != std::string::npos);
    CHECK(at_read("println(@defined($nope) ? $nope : 5)").find("printf(\"%d\\n\", 5)") !=
          std::string::npos);
    CHECK(at_read("if (!@defined($nope) || $nope) println(1); else println($nope)")
              .find("printf(\"%d\\n\", 1)") != std::string::npos);
    CHECK(at_read("if (@defined($nope) && $nope > 3) println($nope); println(7)").find("$nope") ==
          std::string::npos);
    CHECK(at_read("println(@choose_defined($nope, $count))").find("$argument2:u64") !=
          std::string::npos);
}

TEST_CASE("--skip-badvars reads 0") {
    ElaborateOptions options;
    options.skip_bad_variables = true;
    const auto outcome =
        elaborate_text("probe kernel.function(\"vfs_read\") { println($nope) }", options);
    CHECK_FALSE(outcome.elaborated.failed());
    CHECK(outcome.text.find("printf(\"%d\\n\", 0)") != std::string::npos);
}

TEST_CASE("Returns see the arguments of the entry") {
    const auto outcome = elaborate_text(
        "probe kernel.function(\"vfs_read\").return { println($return, $count, @entry($count), "
        "@entry($file->f_flags), @entry(gettimeofday_ns())) }");
    REQUIRE_FALSE(outcome.elaborated.failed());
    CHECK(outcome.text.find("$return:s64, $argument2:u64, $argument2:u64, @entry(kernel_u32(") !=
          std::string::npos);
    CHECK(outcome.elaborated.program.probes[0].entries.size() == 2);
}

TEST_CASE("Entry values that nobody reads are not saved") {
    const auto outcome = elaborate_text(
        "probe kernel.function(\"vfs_read\").return { a = @entry(gettimeofday_ns()); "
        "println(@entry(pid()), @defined(@entry(gettimeofday_s()))) }");
    REQUIRE_FALSE(outcome.elaborated.failed());
    CHECK(outcome.elaborated.program.probes[0].entries.size() == 1);
    CHECK(outcome.text.find("@entry(pid())") != std::string::npos);
}

TEST_CASE("An entry value can't know the handler's variables") {
    CHECK(elaborate_text("probe kernel.function(\"vfs_read\").return { x = 1; println(@entry(x)) }")
              .messages.find("a local variable has no value yet") != std::string::npos);
    CHECK(elaborate_text(
              "probe kernel.function(\"vfs_read\").return { println(@entry($return + 1)) }")
              .messages.find("$return has no value yet") != std::string::npos);
}

TEST_CASE("All variables as a text") {
    const auto text = elaborate_text(
                          "probe kernel.function(\"vfs_read\").return { println($$parms, $$return,"
                          " $$locals) }")
                          .text;
    CHECK(
        text.find("sprintf(\"file=%s buf=%s count=0x%x pos=%s\", __address_text($argument0:u64)") !=
        std::string::npos);
    CHECK(text.find("sprintf(\"return=0x%x\", $return:s64), \"\")") != std::string::npos);
}

TEST_CASE("Tracepoints have named arguments") {
    const auto outcome = elaborate_text(
        "probe kernel.trace(\"sched_switch\") { println($prev->pid, kernel_string($next->comm)) }");
    REQUIRE_FALSE(outcome.elaborated.failed());
    CHECK(outcome.text.find("kernel_s32($argument1:u64 + " +
                            std::to_string(offset("task_struct", "pid")) + ")") !=
          std::string::npos);
}

TEST_CASE("Constants of enumerations") {
    CHECK(elaborate_text("probe begin { println(@enum(\"BPF_MAP_TYPE_HASH\")) }")
              .text.find("printf(\"%d\\n\", 1)") != std::string::npos);
    CHECK(
        elaborate_text("probe begin { println(@enum(\"NO_SUCH_CONSTANT\")) }").elaborated.failed());
}

TEST_CASE("A kernel without BTF is one sentence") {
    sutap::language::SourceMap sources;
    const auto source = sources.add("<input>", "probe kernel.function(\"vfs_read\") { exit() }");
    const auto parsed = sutap::language::parse(sources, source, {});
    const sutap::targets::Kernel none("/nonexistent/btf", "/nonexistent/kallsyms");
    const auto result = sutap::elaborate::elaborate(parsed.script, sources, none, {});
    REQUIRE(result.diagnostics.size() == 1);
    CHECK(result.failed());
}

TEST_CASE("Variables keep the C type of the pointer in them") {
    const auto inode = std::to_string(offset("file", "f_inode"));
    const auto number = std::to_string(offset("inode", "i_ino"));
    CHECK(at_read("f = $file; println(f->f_inode)").find("kernel_u64(f + " + inode + ")") !=
          std::string::npos);
    CHECK(at_read("i = $file->f_inode; j = 1 ? i : i; println(j->i_ino)")
              .find("kernel_u64(j + " + number + ")") != std::string::npos);
    CHECK(at_read("f = @cast($buf, \"file*\"); println(&f->f_inode)").find("(f) + (" + inode) !=
          std::string::npos);
    CHECK(at_read("println(@defined(f->f_inode), @defined($file->f_inode))").find("0, 1") !=
          std::string::npos);
    CHECK(at_read("g = f = $file; println(g->f_inode)").find("kernel_u64(g + " + inode + ")") !=
          std::string::npos);
    CHECK(at_read("f = pid() ? 0 : $file; println(f->f_inode)").find("kernel_u64(f + ") !=
          std::string::npos);
    CHECK(at_read("p = &$file->f_path; println(p->dentry)").find("kernel_u64(p + ") !=
          std::string::npos);
    CHECK(at_read("l = @cast($buf, \"signal_struct\")->rlim; println(l->rlim_cur)")
              .find("kernel_u64(l + 0)") != std::string::npos);
    CHECK(message_at_read("f = pid() ? $file : $pos; println(f->f_inode)")
              .find("the C type of this value is not known") != std::string::npos);
    CHECK(message_at_read("f = 5; println(f->f_inode)")
              .find("the C type of this value is not known") != std::string::npos);
    CHECK(message_at_read("f = $file; f = $pos; println(f->f_inode)")
              .find("the C type of this value is not known") != std::string::npos);
}

TEST_CASE("C types go through globals, arrays and functions") {
    const auto read = [](const std::string& declarations, const std::string& body) {
        const auto outcome =
            elaborate_text(declarations + " probe kernel.function(\"vfs_read\") { " + body + " }");
        INFO(outcome.messages);
        CHECK_FALSE(outcome.elaborated.failed());
        return outcome.elaborated;
    };
    const auto globals = read("global last, of",
                              "last = $file; of[1] = last; n = 1; of[n] = $file; "
                              "println(of[1]->f_inode, last->f_mode); n = $count");
    REQUIRE(globals.program.globals.size() == 2);
    CHECK(globals.program.globals[0].is_pointer);
    read("global of", "of[1] = $file; foreach (f = k in of) println(f->f_inode)");
    read("function inode(f) { i = f->f_inode; return i }",
         "println(inode($file)->i_ino); x = inode($file); println(x->i_ino)");
    read("function inode(f) { return f->f_inode }", "x = inode($file); println(x->i_ino)");
    const auto at_return = elaborate_text(
        "probe kernel.function(\"vfs_read\").return { i = @entry($file->f_inode); "
        "println(i->i_ino) }");
    INFO(at_return.messages);
    CHECK_FALSE(at_return.elaborated.failed());
    // A function that needs its own result's type goes on for ever if it is let.
    CHECK(elaborate_text("function f(x) { y = f(x); return y->f_inode } "
                         "probe kernel.function(\"vfs_read\") { println(f($file)) }")
              .elaborated.failed());
}

TEST_CASE("However many functions return each other's pointers, binding them ends") {
    std::string chain = "function f0(x) { return x } ";
    for (int number = 1; number < 3000; ++number) {
        chain += "function f" + std::to_string(number) + "(x) { y = f" +
                 std::to_string(number - 1) + "(x); return y } ";
    }
    CHECK_FALSE(elaborate_text(chain + "probe kernel.function(\"vfs_read\") "
                                       "{ f = f2999($file); println(f) }")
                    .elaborated.failed());
}

TEST_CASE("A whole object is a text of its members") {
    CHECK(at_read("println($file$, $file->f_path$$)").find("{.dentry=%p") == std::string::npos);
    const auto shallow = at_read("println($file->f_path$)");
    CHECK(shallow.find("{.mnt=%s, .dentry=%s}") != std::string::npos);
    CHECK(at_read("println(@cast(task_current(), \"task_struct\")->comm$)").find("\\\"%s\\\"") !=
          std::string::npos);
    CHECK(at_read("println($$parms$)").find("file=%s buf=%s count=%s pos=%s") != std::string::npos);
    ElaborateOptions more;
    more.string_size = 4096;
    const auto deep = [&](const std::string& suffix) {
        return elaborate_text(
                   "probe kernel.function(\"vfs_read\") { println($file" + suffix + ") }", more)
            .text;
    };
    CHECK(deep("$").find(".f_path={...}") != std::string::npos);
    CHECK(deep("$$").find(".f_path={.mnt=%s, .dentry=%s}") != std::string::npos);
}

TEST_CASE("A whole object's members are printed as what they are") {
    const auto printed = [](const std::string& type, const std::string& rest) {
        return at_read("println(@cast($buf, \"" + type + "\")" + rest + ")");
    };
    CHECK(printed("atomic_t", "$").find("{.counter=%d}") != std::string::npos);
    CHECK(printed("sigset_t", "$").find("{.sig=[...]}") != std::string::npos);
    CHECK(printed("sigset_t", "$$").find("{.sig=[%u]}") != std::string::npos);
    CHECK(printed("writeback_control", "->sync_mode$").find("\"%d\"") != std::string::npos);
    CHECK(
        printed("signal_struct", "->rlim$").find("\"[{...}, {...}, {...}, {...}, {...}, ...]\"") !=
        std::string::npos);
    CHECK(at_read("println($buf[0]$)").find("\"%c\"") != std::string::npos);
    CHECK(at_read("println($buf$)").find("kernel_or_user_string_quoted(p)") != std::string::npos);
    CHECK(at_read("println($pos$)").find("\"%s\"") != std::string::npos);
    CHECK(at_read("println($file$)").find("return \"ERROR\"") != std::string::npos);
}

TEST_CASE("No more of a whole object is read than a string holds") {
    const std::string probe =
        "probe kernel.function(\"vfs_read\") "
        "{ println(@cast($buf, \"task_struct\")$$, @cast($buf, \"task_struct\")$$) }";
    const auto outcome = elaborate_text(probe);
    REQUIRE_FALSE(outcome.elaborated.failed());
    // Both are printed by the same function.
    CHECK(outcome.elaborated.program.functions.size() == 1);
    const auto members = std::count(outcome.text.begin(), outcome.text.end(), '=');
    CHECK(members > 2);
    CHECK(members < 64);
    ElaborateOptions more;
    more.string_size = 1024;
    const auto longer = elaborate_text(probe, more).text;
    CHECK(std::count(longer.begin(), longer.end(), '=') > members);
}
